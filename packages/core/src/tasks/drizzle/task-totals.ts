import { min, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { addCatchUp, addCounts } from '../counts.ts'
import { taskTotal } from '../history-schema.ts'
import { countNames, isActive, task } from '../schema.ts'
import type { TaskStatistics, TaskTotal } from '../task-history.ts'
import { toCatchUp, toCounts, toTaskRecord, type TaskRow } from '../task-record.ts'
import { msUntil } from './database-clock.ts'
import { inTransaction, type Transaction } from './transaction.ts'

/** @param times 1 for a task that has just ended, -1 for one that becomes active again */
export async function addToTotals(tx: Transaction, row: TaskRow, times: 1 | -1): Promise<void> {
  const added = Object.fromEntries(countNames.map((name) => [name, row[name] * times]))
  const set = Object.fromEntries(
    (['tasks', ...countNames] as const).map((name) => [
      name,
      sql`${taskTotal[name]} + excluded.${sql.identifier(taskTotal[name].name)}`,
    ]),
  )
  await tx
    .insert(taskTotal)
    .values({ action: row.action, status: row.status, tasks: times, ...added })
    .onConflictDoUpdate({ target: [taskTotal.action, taskTotal.status], set })
}

export async function readStatistics(db: PostgresJsDatabase): Promise<TaskStatistics> {
  // One transaction with one snapshot, so that a task that ends meanwhile is counted once.
  return inTransaction(
    db,
    async (tx) => {
      const ended = await tx.select().from(taskTotal)
      const active = await tx.select().from(task).where(isActive(task.status))
      const [oldest] = await tx
        .select({ ms: msUntil(min(task.createdAt).getSQL()) })
        .from(task)
        .where(sql`${isActive(task.status)} and ${task.status} = 'queued'`)
      return {
        totals: [
          ...ended
            .filter(({ tasks }) => tasks > 0)
            .map((row) => ({
              action: row.action,
              status: row.status,
              tasks: row.tasks,
              counts: toCounts(row),
              catchUp: toCatchUp(row),
            })),
          ...addUp(active),
        ],
        oldestQueuedSeconds: oldest?.ms == null ? null : Math.max(0, -oldest.ms / 1_000),
      }
    },
    { mode: 'repeatable read read only' },
  )
}

function addUp(rows: readonly TaskRow[]): TaskTotal[] {
  const totals = new Map<string, TaskTotal>()
  for (const { action, status, counts, catchUp } of rows.map(toTaskRecord)) {
    const key = `${action} ${status}`
    const before = totals.get(key)
    totals.set(key, {
      action,
      status,
      tasks: (before?.tasks ?? 0) + 1,
      counts: before ? addCounts(before.counts, counts) : counts,
      catchUp: before ? addCatchUp(before.catchUp, catchUp) : catchUp,
    })
  }
  return [...totals.values()]
}
