import { createSpares, type BulkBody, type JsonBytes, type Spares } from '../documents/index.ts'
import type { LearnedLimit } from '../search/index.ts'

/** Bodies of bulk requests: as many as two items have under way as a rule. */
const maxBodies = 10
const maxPages = 8

/**
 * What the work on one item leaves for the next one, of whatever task: made once for a process, like its connections.
 * Buffers are a few megabytes each, and live long enough to be collected late; made anew for each item they were a fifth
 * of a worker's memory.
 */
export interface Reuse {
  /** Bodies that were written. */
  bodies: Spares<BulkBody>
  /** Pages of documents that were compared. */
  pages: Spares<JsonBytes>
  /** What bulk writers learned of the cluster. */
  learned: { limit?: LearnedLimit | undefined }
}

export function createReuse(): Reuse {
  return { bodies: createSpares(maxBodies), pages: createSpares(maxPages), learned: {} }
}
