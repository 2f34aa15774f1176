import { z } from 'zod'
import { SearchUnavailableError } from '../errors.ts'
import { isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { parseResponse } from './parse-response.ts'

const schema = z.object({
  _shards: z.object({ failed: z.int() }),
  indices: z.record(
    z.string(),
    z.object({
      shards: z.record(
        z.string(),
        z.array(
          z.object({
            routing: z.object({ primary: z.boolean() }),
            seq_no: z.object({ max_seq_no: z.int() }),
          }),
        ),
      ),
    }),
  ),
})

/**
 * Counts the operations that an index has executed since its creation. Each document written or deleted counts,
 * including the deletion of a missing document; a document refused for its content may count. A shard whose primary
 * moved to another node may report some more.
 *
 * @param index a name or alias of one index
 * @returns null without a right to the index's statistics
 * @throws SearchUnavailableError when a primary shard doesn't respond
 */
export async function countOperations(client: SearchClient, index: string): Promise<number | null> {
  const body = await client.indices.stats({ index, metric: ['docs'], level: 'shards' }).then(
    (response) => response.body,
    (error: unknown) => {
      if (isForbidden(error)) return null
      throw error
    },
  )
  if (body === null) return null
  const { _shards, indices } = parseResponse(schema, body, `GET ${index}/_stats`)
  const copies = Object.values(indices).flatMap(({ shards }) => Object.values(shards))
  const primaries = copies.map((shard) => shard.find(({ routing }) => routing.primary))
  const known = primaries.filter((primary) => primary !== undefined)
  if (_shards.failed > 0 || known.length < primaries.length || known.length === 0)
    throw new SearchUnavailableError(`some shards of ${index} don't report how many operations they took`)
  return known.reduce((sum, { seq_no: { max_seq_no: last } }) => sum + last + 1, 0)
}
