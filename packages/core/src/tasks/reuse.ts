import { createSpares, type BulkBody, type JsonBytes, type Spares } from '../documents/index.ts'
import type { LearnedLimit } from '../search/index.ts'

/** Maximum spare bodies: as many as two items usually have in flight. */
const maxBodies = 10
const maxPages = 8

/**
 * Buffers and settings that items of all tasks reuse; created once per process, like its connections. A buffer has a
 * few megabytes and is garbage-collected late: new ones for each item took a fifth of a worker's memory.
 */
export interface Reuse {
  /** Spare bulk bodies. */
  bodies: Spares<BulkBody>
  /** Spare pages for comparisons. */
  pages: Spares<JsonBytes>
  /** What bulk writers learned of the cluster. */
  learned: { limit?: LearnedLimit | undefined }
}

/**
 * Creates the buffers and learned limits that the tasks of a process share (`TaskContext.reuse`), empty. Call it once
 * per process, beside its connections. Keeps at most 10 bulk bodies and 8 pages of a few megabytes each.
 */
export function createReuse(): Reuse {
  return { bodies: createSpares(maxBodies), pages: createSpares(maxPages), learned: {} }
}
