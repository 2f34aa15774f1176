import { asc, eq, sql, type ColumnsSelection, type WithSubquery } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { taskRate } from '../history-schema.ts'
import { coarsenRates, maxRatePoints } from '../rates.ts'
import { task } from '../schema.ts'
import type { TaskRate } from '../task-history.ts'
import { isTaskId } from '../task-id.ts'
import { clock } from './database-clock.ts'
import type { Transaction } from './transaction.ts'

/** The task's row that another part of the same statement has locked and changed. */
interface ChangedTask extends WithSubquery<string, ColumnsSelection> {
  id: AnyPgColumn
  rateSeconds: AnyPgColumn
}

/**
 * Part of a statement that adds to the current point of a task's rates. `isNew` is true if it inserted the point: see
 * boundRates.
 */
export function addToRates(tx: Transaction, changedTask: ChangedTask, documents: number) {
  const seconds = changedTask.rateSeconds
  const added = tx
    .select({
      taskId: sql<string>`${changedTask.id}`.as('task_id'),
      at: sql<string>`to_timestamp(floor(extract(epoch from ${clock}) / ${seconds}) * ${seconds})`.as('at'),
      documents: sql<number>`${documents}::bigint`.as('documents'),
    })
    .from(changedTask)
    .where(sql`${documents}::bigint <> 0`)
  return (
    tx
      .insert(taskRate)
      .select(added)
      .onConflictDoUpdate({
        target: [taskRate.taskId, taskRate.at],
        set: { documents: sql`${taskRate.documents} + excluded.documents` },
      })
      // xmax is 0 for an inserted row, and this transaction for an updated one.
      .returning({ isNew: sql<boolean>`xmax = 0`.as('is_new') })
  )
}

/**
 * Keeps the points of a task within `maxRatePoints` after an insert. The caller holds the lock on the task's row, so
 * calls for one task don't overlap.
 *
 * @param seconds length of a point of this task
 */
export async function boundRates(tx: Transaction, taskId: string, seconds: number): Promise<void> {
  const ofTask = eq(taskRate.taskId, taskId)
  if ((await tx.$count(taskRate, ofTask)) <= maxRatePoints) return
  const rows = await tx.delete(taskRate).where(ofTask).returning()
  const points = rows.map(({ at, documents }) => ({ at: Date.parse(at), documents }))
  const coarse = coarsenRates(points, seconds * 2).map(({ at, documents }) => ({
    taskId,
    at: new Date(at).toISOString(),
    documents,
  }))
  await tx.insert(taskRate).values(coarse)
  await tx
    .update(task)
    .set({ rateSeconds: seconds * 2 })
    .where(eq(task.id, taskId))
}

export async function listRates(db: PostgresJsDatabase, taskId: string): Promise<TaskRate[]> {
  if (!isTaskId(taskId)) return []
  return db
    .select({ at: taskRate.at, seconds: task.rateSeconds, documents: taskRate.documents })
    .from(taskRate)
    .innerJoin(task, eq(task.id, taskRate.taskId))
    .where(eq(taskRate.taskId, taskId))
    .orderBy(asc(taskRate.at))
}
