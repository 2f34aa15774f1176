import { readdir, readFile } from 'node:fs/promises'
import type postgres from 'postgres'

/** Measured values at one time: names with units, and numbers. */
export type Sample = Record<string, number>

export interface Sources {
  /** Process ids by name, such as `api`. */
  processes: Readonly<Record<string, number>>
  /** URL of the process with the HTTP API. */
  baseUrl: string
  openSearchUrl: string
  sql: postgres.Sql
}

/** @throws Error if a process has ended */
export async function takeSample({ processes, baseUrl, openSearchUrl, sql }: Sources): Promise<Sample> {
  const sample: Sample = {}
  for (const [name, pid] of Object.entries(processes)) {
    sample[`${name}: resident, MB`] = (await residentBytes(pid)) / 1e6
    sample[`${name}: open handles`] = (await readdir(`/proc/${pid}/fd`)).length
  }
  const connections = await sql<{ name: string; count: number }[]>`
    select application_name as name, count(*)::int as count from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() group by 1`
  for (const { name, count } of connections) sample[`connections of "${name}"`] = count
  const tables = await sql<{ schema: string; name: string; bytes: number }[]>`
    select schemaname as schema, relname as name, pg_total_relation_size(relid)::float as bytes
    from pg_stat_user_tables where schemaname in ('ingestion', 'ingestion_queue')`
  for (const { schema, name, bytes } of tables) {
    const series = `schema ${schema}, MB`
    sample[series] = (sample[series] ?? 0) + bytes / 1e6
    sample[`table ${schema}.${name}, MB`] = bytes / 1e6
  }
  const indices = await readJson<{ index: string; pri: string }[]>(
    `${openSearchUrl}/_cat/indices?format=json`,
  )
  sample['OpenSearch: indices'] = indices.length
  sample['OpenSearch: primary shards'] = indices.reduce((sum, { pri }) => sum + Number(pri), 0)
  const since = performance.now()
  await (await fetch(`${baseUrl}/livez`)).text()
  sample['GET /livez, ms'] = performance.now() - since
  return sample
}

/** The values of each name over time; 0 where a sample lacks it. */
export function toSeries(samples: readonly Sample[]): Record<string, number[]> {
  const names = [...new Set(samples.flatMap((sample) => Object.keys(sample)))]
  return Object.fromEntries(names.map((name) => [name, samples.map((sample) => sample[name] ?? 0)]))
}

/** VmRSS of proc_pid_status(5). */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
}

async function readJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return (await response.json()) as Body
}
