import { z } from 'zod'
import type { Shard } from '../contract/index.ts'
import { isForbidden } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { parseResponse } from './parse-response.ts'

const number = z.string().transform(Number)
const rowsSchema = z.array(
  z.object({
    index: z.string(),
    shard: number,
    prirep: z.string(),
    state: z.string(),
    node: z.string().nullish(),
    docs: number.nullish(),
    store: number.nullish(),
  }),
)

/** The shards of an index by its exact name; without a right to the cluster's state only those that are started. */
export async function listShards(client: SearchClient, index: string): Promise<Shard[]> {
  const shards = await listByState(client, index).catch((error: unknown) => {
    if (isForbidden(error)) return listStarted(client, index)
    throw error
  })
  return shards.sort((a, b) => a.shard - b.shard || Number(b.primary) - Number(a.primary))
}

async function listByState(client: SearchClient, index: string): Promise<Shard[]> {
  const h = ['index', 'shard', 'prirep', 'state', 'node', 'docs', 'store']
  const { body } = await client.cat.shards({ index, format: 'json', bytes: 'b', h })
  return parseResponse(rowsSchema, body, `GET _cat/shards/${index}`)
    .filter((row) => row.index === index)
    .map((row) => ({
      shard: row.shard,
      primary: row.prirep === 'p',
      state: row.state,
      // A shard that moves is shown as `node-1 -> 10.0.0.2 uuid node-2`.
      node: row.node?.split(' -> ')[0] ?? null,
      documents: row.docs ?? null,
      bytes: row.store ?? null,
    }))
}

const statisticsSchema = z.object({
  indices: z.record(
    z.string(),
    z.object({
      shards: z.record(
        z.string(),
        z.array(
          z.object({
            routing: z.object({ state: z.string(), primary: z.boolean() }),
            docs: z.object({ count: z.int() }).optional(),
            store: z.object({ size_in_bytes: z.int() }).optional(),
          }),
        ),
      ),
    }),
  ),
})

/** Nodes are shown by ids there, whose names are not to be seen either. */
async function listStarted(client: SearchClient, index: string): Promise<Shard[]> {
  const { body } = await client.indices.stats({ index, level: 'shards', metric: ['docs', 'store'] })
  const { indices } = parseResponse(statisticsSchema, body, `GET ${index}/_stats`)
  return Object.entries(indices[index]?.shards ?? {}).flatMap(([shard, copies]) =>
    copies.map(({ routing, docs, store }) => ({
      shard: Number(shard),
      primary: routing.primary,
      state: routing.state,
      node: null,
      documents: docs?.count ?? null,
      bytes: store?.size_in_bytes ?? null,
    })),
  )
}
