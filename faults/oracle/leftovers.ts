import { isWriteAlias } from '../../packages/core/src/search/write-alias.ts'
import type { SearchClient } from '@ingestion-server/core'
import type postgres from 'postgres'
import { listOpenJobs } from '@ingestion-server/server/testing/open-jobs.ts'

export interface LeftoverOptions {
  search: SearchClient
  sql: postgres.Sql
  /** Of the same database. */
  databaseUrl: string
  /** Indices of the round that may be there: those that its tasks built and left on purpose. */
  expectedIndices: readonly string[]
  /** Matches all indices of the round. */
  indexPattern: string
  /** Transactions of the product that are open for longer count as forgotten. */
  maxTransactionSeconds: number
}

/** @returns a line for everything that ended tasks left behind; all tasks of the round have ended */
export async function listLeftovers(options: LeftoverOptions): Promise<string[]> {
  const [inSearch, inPostgres] = await Promise.all([listInSearch(options), listInPostgres(options)])
  return [...inSearch, ...inPostgres]
}

interface FoundIndex {
  aliases: readonly string[]
  settings: { index: { blocks?: Record<string, unknown>; refresh_interval?: string } }
}

/** Format of OpenSearch's response. */
interface ClusterState {
  metadata: { indices: Record<string, FoundIndex> }
}

async function listInSearch({ search, expectedIndices, indexPattern }: LeftoverOptions): Promise<string[]> {
  // The state of the cluster: an index with a block on its metadata does not return its own.
  const state: { body: unknown } = await search.cluster.state({
    metric: ['metadata'],
    index: [indexPattern],
    expand_wildcards: 'all',
  })
  const { metadata } = state.body as ClusterState
  const found: string[] = []
  for (const [index, { aliases, settings }] of Object.entries(metadata.indices)) {
    if (!expectedIndices.includes(index)) found.push(`index ${index} is half built, and no task owns it`)
    for (const alias of aliases)
      if (isWriteAlias(alias)) found.push(`index ${index} has write alias ${alias}`)
    for (const [block, value] of Object.entries(settings.index.blocks ?? {}))
      if (String(value) === 'true') found.push(`index ${index} has block ${block}`)
    if (settings.index.refresh_interval === '-1')
      found.push(`index ${index} is never refreshed, as during a load`)
  }
  const { body: tasks } = await search.tasks.list({
    detailed: true,
    actions: '*reindex,*/delete/byquery,*bulk',
  })
  const prefix = indexPattern.replaceAll('*', '')
  for (const node of Object.values(tasks.nodes ?? {})) {
    for (const [id, { action, description }] of Object.entries(node.tasks ?? {}))
      if (description?.includes(prefix)) found.push(`OpenSearch works on task ${id}, ${action}`)
  }
  return found
}

async function listInPostgres({
  sql,
  databaseUrl,
  maxTransactionSeconds,
}: LeftoverOptions): Promise<string[]> {
  const ended = sql`('succeeded', 'failed', 'cancelled')`
  const openJobs = await listOpenJobs(databaseUrl)
  const jobs = await sql<{ what: string }[]>`
    select 'job ' || job.id || ' of task ' || t.id || ' is ' || job.state as what
    from jsonb_to_recordset(${sql.json(openJobs as never)}) as job (id text, "taskId" text, state text)
    join ingestion.task t on t.id::text = job."taskId" where t.status in ${ended}`
  const reservations = await sql<{ what: string }[]>`
    select 'index name ' || r.index_name || ' is reserved for task ' || t.id as what
    from ingestion.reservation r join ingestion.task t on t.id = r.task_id where t.status in ${ended}`
  const leases = await sql<{ what: string }[]>`
    select 'task ' || t.id || ' is leased to ' || coalesce(t.worker, 'no worker') as what
    from ingestion.task t where t.lease_until > now() and t.status in ${ended}
    union all
    select 'an item of task ' || t.id || ' is leased to ' || coalesce(i.worker, 'no worker')
    from ingestion.work_item i join ingestion.task t on t.id = i.task_id
    where i.lease_until > now() and t.status in ${ended}`
  const transactions = await sql<{ what: string }[]>`
    select application_name || ' has a transaction open since ' || xact_start || ': ' || left(query, 200) as what
    from pg_stat_activity
    where application_name like 'ingestion-server%' and xact_start < now() - ${maxTransactionSeconds}::int * interval '1 s'`
  return [...jobs, ...reservations, ...leases, ...transactions].map(({ what }) => what)
}
