import { z } from 'zod'
import type { SearchClient } from './connect-opensearch.ts'
import type { Health } from './health.ts'
import { parseAnswer } from './parse-answer.ts'

export interface IndexStatistics {
  name: string
  uuid: string
  health: Health
  isClosed: boolean
  /** As of the last refresh; null when it is closed, or no shard of it answers. */
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
 * What OpenSearch knows of indices without looking into them, newest first; none when there are none.
 *
 * @param pattern a name, or one with `*`
 */
export async function readIndexStatistics(client: SearchClient, pattern: string): Promise<IndexStatistics[]> {
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
  return parseAnswer(rowsSchema, body, 'GET _cat/indices')
    .map((row) => ({
      name: row.index,
      uuid: row.uuid,
      health: row.health,
      isClosed: row.status === 'close',
      // Of a closed index some versions say 0.
      documents: row.status === 'close' ? null : (row['docs.count'] ?? null),
      bytes: row['pri.store.size'] ?? null,
      shards: row.pri,
      replicas: row.rep,
      createdAt: new Date(row['creation.date']).toISOString(),
    }))
    .sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1))
}

const allocationSchema = z.array(z.object({ node: z.string(), 'disk.avail': number.nullish() }))

/** Bytes that are free on each data node; one that doesn't say is left out. */
export async function readFreeDisk(client: SearchClient): Promise<number[]> {
  const { body } = await client.cat.allocation({ format: 'json', bytes: 'b', h: ['node', 'disk.avail'] })
  return allocationSchema.parse(body).flatMap((row) => row['disk.avail'] ?? [])
}
