import { and, isNotNull, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { durationSample, taskStatuses, type ActionName, type TaskStatus } from '../../contract/index.ts'
import { hasFailed, hasSucceeded, isFinished, task } from '../schema.ts'
import type { TaskDuration, TaskFailures, TaskMatches, TaskSummary } from '../task-query.ts'
import { selectMatches } from './match-tasks.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export function summarizeTasks(db: PostgresJsDatabase, query: TaskMatches): Promise<TaskSummary> {
  // One snapshot: the failures are among the counted tasks.
  return inTransaction(
    db,
    async (tx) => ({ ...(await countTasks(tx, query)), durations: await readDurations(tx) }),
    { mode: 'repeatable read read only' },
  )
}

/** By status, with one pass over an index; and by error code, only of the failed tasks. */
async function countTasks(tx: Transaction, query: TaskMatches) {
  const found = selectMatches(tx, { ...query, status: undefined })
  // Much faster than groups: they would compute a hash of each status.
  const columns = Object.fromEntries(taskStatuses.map((status) => [status, countOf(found.status, status)]))
  const [row] = await tx.select(columns).from(found)
  const counts = Object.fromEntries(taskStatuses.map((status) => [status, row?.[status] ?? 0]))
  return {
    counts: counts as Record<TaskStatus, number>,
    failures: counts['failed'] === 0 ? [] : await listFailures(tx, query),
  }
}

const countOf = (column: PgColumn, status: TaskStatus) =>
  sql<number>`count(*) filter (where ${column} = ${sql.raw(`'${status}'`)})::float8`.as(status)

async function listFailures(tx: Transaction, query: TaskMatches): Promise<TaskFailures[]> {
  const condition = and(hasFailed(task.status), isNotNull(task.errorCode), isFinished(task.finishedAt))
  const failed = selectMatches(tx, { ...query, status: undefined }, { condition })
  const rows = await tx
    .select({
      code: failed.errorCode,
      count: sql<number>`count(*)::float8`,
      latestAt: sql<string>`max(${failed.finishedAt})`.mapWith(task.finishedAt),
      latestTaskId: sql<string>`(array_agg(${failed.id} order by ${failed.finishedAt} desc, ${failed.id} desc))[1]`,
    })
    .from(failed)
    .groupBy(failed.errorCode)
  return rows
    .map(({ code, ...failures }) => ({ code: code ?? '', ...failures }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}

/**
 * The last tasks of each kind by an index. The kinds are found one after another in it, because a distinct list would
 * read all of it (PostgreSQL wiki, "Loose indexscan").
 */
async function readDurations(tx: Transaction): Promise<TaskDuration[]> {
  const isKind = sql`${hasSucceeded(task.status)} and ${task.model} = kind.model and ${task.action} = kind.action`
  const rows = await tx.execute<{ model: string; action: ActionName; median: number; count: number }>(sql`
    with recursive kind (model, action) as (
      (select ${task.model}, ${task.action} from ${task} where ${hasSucceeded(task.status)}
        order by ${task.model}, ${task.action} limit 1)
      union all
      select following.* from kind cross join lateral (
        select ${task.model}, ${task.action} from ${task}
        where ${hasSucceeded(task.status)} and (${task.model}, ${task.action}) > (kind.model, kind.action)
        order by ${task.model}, ${task.action} limit 1
      ) as following
    )
    select kind.model, kind.action, sample.median, sample.count from kind cross join lateral (
      select percentile_cont(0.5) within group (order by extract(epoch from took)::float8) as median,
        count(*)::float8 as count
      from (
        select ${task.finishedAt} - ${task.startedAt} as took from ${task}
        where ${isKind} and ${task.startedAt} is not null
        order by ${task.finishedAt} desc limit ${durationSample}
      ) as last
    ) as sample
    where sample.count > 0 order by kind.model, kind.action`)
  return rows.map(({ model, action, median, count }) => ({
    model,
    action,
    medianSeconds: Math.max(0, median),
    count,
  }))
}
