import { z } from 'zod'
import type { SearchClient } from './connect-opensearch.ts'

const explanationSchema = z.object({
  node_allocation_decisions: z
    .array(
      z.object({
        deciders: z.array(z.object({ decision: z.string(), explanation: z.string() })).default([]),
      }),
    )
    .default([]),
})

/** After this time the outage is reported without the reason. */
const timeoutMs = 2_000

/**
 * Why no node can take a primary shard, in OpenSearch's words, which name the setting or watermark. For a message that
 * already says that the shard is unavailable. Null when OpenSearch has no reason or this server lacks the right to it.
 *
 * @param reason names the shard, such as `unavailable_shards_exception: [image-a][0] primary shard is not active`
 */
export async function explainAwayShard(client: SearchClient, reason: string): Promise<string | null> {
  const shard = /unavailable_shards_exception: \[([^\]]+)\]\[(\d+)\]/.exec(reason)
  if (!shard) return null
  try {
    const { body } = await client.cluster.allocationExplain(
      { body: { index: shard[1] ?? '', shard: Number(shard[2]), primary: true } },
      { requestTimeout: timeoutMs },
    )
    const reasons = explanationSchema
      .parse(body)
      .node_allocation_decisions.flatMap(({ deciders }) => deciders)
      .filter(({ decision }) => decision === 'NO')
      .map(({ explanation }) => explanation)
    return reasons.length > 0 ? [...new Set(reasons)].join('; ') : null
  } catch {
    return null
  }
}
