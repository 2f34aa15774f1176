import { z } from 'zod'
import { isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { parseResponse } from './parse-response.ts'
import { taskIdOf } from './search-task.ts'

/*
 * A deleted document stays in its segment until the segment is merged. A merge that expunges deletes rewrites the
 * segments with more than `index.merge.policy.expunge_deletes_allowed` (10 %) deleted documents. The maximum size of a
 * merged segment (`index.merge.policy.max_merged_segment`, 5 GB) does not prevent a segment from being rewritten alone.
 */

/**
 * Starts to rewrite the segments of an index without deleted documents.
 *
 * @returns the id of OpenSearch's task, which can't be cancelled: it ends when its index is deleted
 */
export async function startExpunge(
  client: SearchClient,
  request: { index: string; label: string },
): Promise<string> {
  const { body } = await client.indices.forcemerge(
    { index: request.index, only_expunge_deletes: true, wait_for_completion: false },
    { opaqueId: request.label },
  )
  return taskIdOf(body)
}

const storageSchema = z.object({
  indices: z.record(
    z.string(),
    z.object({
      primaries: z.object({
        docs: z.object({ count: z.int(), deleted: z.int() }),
        segments: z.object({ file_sizes: z.record(z.string(), z.object({ size_in_bytes: z.int() })) }),
      }),
      shards: z.record(
        z.string(),
        z.array(
          z.object({
            seq_no: z.object({ max_seq_no: z.int() }).optional(),
            retention_leases: z
              .object({ leases: z.array(z.object({ retaining_seq_no: z.int() })) })
              .optional(),
          }),
        ),
      ),
    }),
  ),
})

export interface IndexStorage {
  /** Size of the segments of its primary shards. */
  bytes: number
  /** Deleted documents still in these segments. */
  deleted: number
  /**
   * A shard keeps the history of its last operations for the recovery of a copy, and merges keep the documents that
   * these operations deleted. OpenSearch releases the history within half a minute.
   */
  isHistoryKept: boolean
}

/**
 * How an index is stored, as of its last refresh. Sizes are the current file sizes: the store size in OpenSearch's
 * index statistics may be ten seconds old.
 *
 * @param index a name or alias of one index
 * @returns null without a right to the index's statistics
 */
export async function readIndexStorage(client: SearchClient, index: string): Promise<IndexStorage | null> {
  const metric: ('docs' | 'segments')[] = ['docs', 'segments']
  const request = client.indices.stats({ index, metric, include_segment_file_sizes: true, level: 'shards' })
  const body = await request.then(
    (response) => response.body,
    (error: unknown) => {
      if (isForbidden(error)) return null
      throw error
    },
  )
  if (body === null) return null
  const { indices } = parseResponse(storageSchema, body, `GET ${index}/_stats`)
  const storage = { bytes: 0, deleted: 0, isHistoryKept: false }
  for (const { primaries, shards } of Object.values(indices)) {
    for (const { size_in_bytes } of Object.values(primaries.segments.file_sizes)) {
      storage.bytes += size_in_bytes
    }
    storage.deleted += primaries.docs.deleted
    storage.isHistoryKept ||= Object.values(shards)
      .flat()
      .some(({ seq_no, retention_leases }) =>
        retention_leases?.leases.some((lease) => lease.retaining_seq_no <= (seq_no?.max_seq_no ?? -1)),
      )
  }
  return storage
}
