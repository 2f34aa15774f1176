import type { SearchClient } from './connect-opensearch.ts'

export type Health = 'green' | 'yellow' | 'red'

/**
 * How an index is now, and whether that is good enough to search it: all its shards are where they should be, as far
 * as the cluster has nodes for them. An index that is not there is red.
 */
export async function readHealth(
  client: SearchClient,
  index: string,
): Promise<{ health: Health; isFit: boolean }> {
  // At once: without a timeout the call for an unknown index would wait half a minute for it to appear.
  const { body } = await client.cluster.health({ index, timeout: '1ms' }, { ignore: [408] })
  const health = body.status.toLowerCase() as Health
  // With one data node replicas can't be placed, so an index with some never turns green.
  return { health, isFit: health === 'green' || (health === 'yellow' && body.number_of_data_nodes === 1) }
}
