import { z } from 'zod'
import { isForbidden, searchErrorType } from './classify-search-error.ts'
import { clusterHealthSchema } from './cluster-health.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { byIndexName, parseResponse } from './parse-response.ts'

export type Health = 'green' | 'yellow' | 'red'

export interface IndexHealth {
  health: Health
  /**
   * Whether the index is healthy enough to be searched: all its shards are allocated, as far as the cluster has nodes
   * for them. Without a right to the cluster's health: all primary shards are.
   */
  isReady: boolean
}

/** The current health of an index. A missing index is red. */
export async function readHealth(client: SearchClient, index: string): Promise<IndexHealth> {
  try {
    // Respond at once: without a timeout the call would wait half a minute for an unknown index to appear.
    const { body } = await client.cluster.health({ index, timeout: '1ms' }, { ignore: [408] })
    const response = parseResponse(clusterHealthSchema, body, `GET _cluster/health/${index}`)
    const health = response.status.toLowerCase() as Health
    // With one data node replicas can't be allocated, so an index with replicas never turns green.
    return {
      health,
      isReady: health === 'green' || (health === 'yellow' && response.number_of_data_nodes === 1),
    }
  } catch (error) {
    if (!isForbidden(error)) throw error
    const health = await readShardHealth(client, index)
    // The number of nodes for the replicas is unknown.
    return { health, isReady: health !== 'red' }
  }
}

const statsSchema = z.object({
  _shards: z.object({ total: z.int(), successful: z.int() }),
  indices: z
    .record(
      z.string(),
      z.object({
        shards: z.record(z.string(), z.array(z.object({ routing: z.object({ primary: z.boolean() }) }))),
      }),
    )
    .default({}),
})
const settingsSchema = byIndexName(
  z.object({ settings: z.object({ 'index.number_of_shards': z.coerce.number() }) }),
)

/** Null for a closed index. */
async function readShardStats(client: SearchClient, index: string): Promise<unknown> {
  try {
    return (await client.indices.stats({ index, metric: ['docs'], level: 'shards' })).body
  } catch (error) {
    if (searchErrorType(error) === 'index_closed_exception') return null
    throw error
  }
}

/** The health by rights on the index alone: from the shard copies that respond. */
async function readShardHealth(client: SearchClient, index: string): Promise<Health> {
  const settings = await client.indices.getSettings({ index, flat_settings: true }, { ignore: [404] })
  if (settings.statusCode === 404) return 'red'
  const found = parseResponse(settingsSchema, settings.body, `GET ${index}/_settings`)
  const wanted = Object.values(found).reduce(
    (sum, entry) => sum + entry.settings['index.number_of_shards'],
    0,
  )
  const body = await readShardStats(client, index)
  // No shard of a closed index responds.
  if (body === null) return 'red'
  const { _shards: copies, indices } = parseResponse(statsSchema, body, `GET ${index}/_stats`)
  const primaries = Object.values(indices)
    .flatMap(({ shards }) => Object.values(shards))
    .filter((shard) => shard.some(({ routing }) => routing.primary)).length
  if (primaries < wanted) return 'red'
  return copies.successful === copies.total ? 'green' : 'yellow'
}
