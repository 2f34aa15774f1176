import { and, desc, eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { durationSample, taskStatuses, type ActionName, type TaskStatus } from '../../contract/index.ts'
import { hasFailed, hasSucceeded, task } from '../schema.ts'
import type { TaskDuration, TaskFailures, TaskMatches, TaskSummary } from '../task-query.ts'
import { matchTasks } from './match-tasks.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export function summarizeTasks(db: PostgresJsDatabase, query: TaskMatches): Promise<TaskSummary> {
  // One snapshot: the failures are among the counted tasks.
  return inTransaction(
    db,
    async (tx) => ({ ...(await countTasks(tx, query)), durations: await readDurations(tx) }),
    { mode: 'repeatable read read only' },
  )
}

/** By status and error code, with one pass over an index. */
async function countTasks(tx: Transaction, query: TaskMatches) {
  const matches = matchTasks({ ...query, status: undefined })
  const groups = tx
    .select({
      status: task.status,
      code: task.errorCode,
      count: sql<number>`count(*)::float8`.as('count'),
      latestAt: sql<string>`max(${task.finishedAt})`.mapWith(task.finishedAt).as('latest_at'),
    })
    .from(task)
    .where(matches)
    .groupBy(task.status, task.errorCode)
    .as('groups')
  const latest = tx
    .select({ id: task.id })
    .from(task)
    .where(
      and(
        hasFailed(task.status),
        hasFailed(groups.status),
        eq(task.errorCode, groups.code),
        eq(task.finishedAt, groups.latestAt),
        matches,
      ),
    )
    .orderBy(desc(task.id))
    .limit(1)
    .as('latest')
  const found = await tx
    .select({
      status: groups.status,
      code: groups.code,
      count: groups.count,
      latestAt: groups.latestAt,
      latestTaskId: latest.id,
    })
    .from(groups)
    .leftJoinLateral(latest, sql`true`)
  const counts = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>
  const failures: TaskFailures[] = []
  for (const { status, code, count, latestAt, latestTaskId } of found) {
    counts[status] += count
    if (status === 'failed' && code !== null && latestTaskId !== null)
      failures.push({ code, count, latestTaskId, latestAt })
  }
  failures.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
  return { counts, failures }
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
