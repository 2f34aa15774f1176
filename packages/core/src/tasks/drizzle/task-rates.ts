import { asc, eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { taskRate } from '../history-schema.ts'
import { coarsenRates, maxRatePoints } from '../rates.ts'
import { task } from '../schema.ts'
import type { TaskRate } from '../task-history.ts'
import { isTaskId } from '../task-id.ts'
import { clock } from './database-clock.ts'
import type { Transaction } from './transaction.ts'

/**
 * Adds to the point of a task's rates that holds this moment. The task's row is locked by the caller, so of a task
 * only one does this at a time.
 *
 * @param seconds what a point of this task stands for
 */
export async function addToRates(
  tx: Transaction,
  taskId: string,
  seconds: number,
  documents: number,
): Promise<void> {
  if (documents === 0) return
  const at = sql<string>`to_timestamp(floor(extract(epoch from ${clock}) / ${seconds}::int) * ${seconds}::int)`
  const [point] = await tx
    .insert(taskRate)
    .values({ taskId, at, documents })
    .onConflictDoUpdate({
      target: [taskRate.taskId, taskRate.at],
      set: { documents: sql`${taskRate.documents} + excluded.documents` },
    })
    // A row that was inserted has no deleter; one that was updated has this transaction as its last.
    .returning({ isNew: sql<boolean>`xmax = 0` })
  if (point?.isNew) await boundPoints(tx, taskId, seconds)
}

async function boundPoints(tx: Transaction, taskId: string, seconds: number): Promise<void> {
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
