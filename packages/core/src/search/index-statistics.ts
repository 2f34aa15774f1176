import { z } from 'zod'
import { isForbidden, searchErrorType } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { readHealth, type Health } from './health.ts'
import { listIndexInfos, type IndexInfo } from './indices.ts'
import { parseResponse } from './parse-response.ts'

export interface IndexStatistics {
  name: string
  uuid: string
  health: Health
  isClosed: boolean
  /** As of the last refresh; null when the index is closed or none of its shards responds. */
  documents: number | null
  /** Of its primary shards; null likewise. */
  bytes: number | null
  shards: number
  replicas: number
  /** ISO 8601 in UTC. */
  createdAt: string
}

const number = z.string().transform(Number)
const rowsSchema = z.array(
  z.object({
    index: z.string(),
    uuid: z.string(),
    status: z.string().nullish(),
    health: z.enum(['green', 'yellow', 'red']),
    'docs.count': number.nullish(),
    'pri.store.size': number.nullish(),
    pri: number,
    rep: number,
    'creation.date': number,
  }),
)

/**
 * Index statistics that OpenSearch has without a search, newest index first; empty if there are no indices.
 *
 * @param pattern a name, or one with `*`
 */
export async function readIndexStatistics(client: SearchClient, pattern: string): Promise<IndexStatistics[]> {
  const found = await listIndices(client, pattern).catch((error: unknown) => {
    // The listing needs rights on the state and health of the whole cluster.
    if (isForbidden(error)) return readByRightsToIndices(client, pattern)
    throw error
  })
  return found.sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1))
}

async function listIndices(client: SearchClient, pattern: string): Promise<IndexStatistics[]> {
  const { statusCode, body } = await client.cat.indices(
    {
      index: pattern,
      format: 'json',
      bytes: 'b',
      h: ['index', 'uuid', 'status', 'health', 'docs.count', 'pri.store.size', 'pri', 'rep', 'creation.date'],
      expand_wildcards: 'all',
    },
    { ignore: [404] },
  )
  if (statusCode === 404) return []
  return parseResponse(rowsSchema, body, 'GET _cat/indices').map((row) => ({
    name: row.index,
    uuid: row.uuid,
    health: row.health,
    isClosed: row.status === 'close',
    // Some versions report 0 for a closed index.
    documents: row.status === 'close' ? null : (row['docs.count'] ?? null),
    bytes: row['pri.store.size'] ?? null,
    shards: row.pri,
    replicas: row.rep,
    createdAt: new Date(row['creation.date']).toISOString(),
  }))
}

const sizeSchema = z.object({
  indices: z
    .record(
      z.string(),
      z.object({
        primaries: z.object({
          docs: z.object({ count: z.int() }).optional(),
          store: z.object({ size_in_bytes: z.int() }).optional(),
        }),
      }),
    )
    .default({}),
})
const shapeSchema = z.object({
  number_of_shards: z.coerce.number(),
  number_of_replicas: z.coerce.number(),
  creation_date: z.coerce.number(),
})

async function readSizes(client: SearchClient, infos: readonly IndexInfo[]) {
  const index = infos.filter(({ isClosed }) => !isClosed).map(({ name }) => name)
  if (index.length === 0) return {}
  const { body } = await client.indices.stats({ index, metric: ['docs', 'store'] })
  return parseResponse(sizeSchema, body, `GET ${index.join(',')}/_stats`).indices
}

async function readByRightsToIndices(client: SearchClient, pattern: string): Promise<IndexStatistics[]> {
  const infos = await listIndexInfos(client, pattern).catch((error: unknown) => {
    if (searchErrorType(error) === 'index_not_found_exception') return []
    throw error
  })
  const sizes = await readSizes(client, infos)
  return Promise.all(
    infos.map(async ({ name, uuid, isClosed, settings }) => {
      const shape = shapeSchema.parse(settings)
      const primaries = sizes[name]?.primaries
      // No shard of a closed index responds.
      const { health } = isClosed ? { health: 'red' as const } : await readHealth(client, name)
      return {
        name,
        uuid,
        health,
        isClosed,
        documents: primaries?.docs?.count ?? null,
        bytes: primaries?.store?.size_in_bytes ?? null,
        shards: shape.number_of_shards,
        replicas: shape.number_of_replicas,
        createdAt: new Date(shape.creation_date).toISOString(),
      }
    }),
  )
}

const allocationSchema = z.array(z.object({ node: z.string(), 'disk.avail': number.nullish() }))

/** Free bytes of each data node; nodes that don't report it are omitted, and all of them without the right. */
export async function readFreeDisk(client: SearchClient): Promise<number[]> {
  const body = await client.cat.allocation({ format: 'json', bytes: 'b', h: ['node', 'disk.avail'] }).then(
    (response) => response.body,
    (error: unknown) => {
      if (isForbidden(error)) return []
      throw error
    },
  )
  return allocationSchema.parse(body).flatMap((row) => row['disk.avail'] ?? [])
}
