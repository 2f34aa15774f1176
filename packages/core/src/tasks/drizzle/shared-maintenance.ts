import { and, asc, eq, exists, inArray, lt, sql, type SQL } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { leader } from '../history-schema.ts'
import { failedDocument, task } from '../schema.ts'
import type { Removed, Retention } from '../shared-maintenance.ts'
import { clock, fromNow } from './database-clock.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export async function lead(
  db: PostgresJsDatabase,
  name: string,
  holder: string,
  forMs: number,
): Promise<boolean> {
  const until = fromNow(forMs)
  const held = await db
    .insert(leader)
    .values({ name, holder, until })
    .onConflictDoUpdate({
      target: leader.name,
      set: { holder, until },
      setWhere: sql`${leader.holder} = ${holder} or ${leader.until} <= ${clock}`,
    })
    .returning({ name: leader.name })
  return held.length > 0
}

export async function resign(db: PostgresJsDatabase, name: string, holder: string): Promise<void> {
  await db.delete(leader).where(and(eq(leader.name, name), eq(leader.holder, holder)))
}

export function removeOld(
  db: PostgresJsDatabase,
  { tasksMs, failedDocumentsMs, limit }: Retention,
): Promise<Removed> {
  return inTransaction(db, async (tx) => {
    // Without the lock on failed documents: no worker changes those of a task that ended long ago.
    const tasks = await lockEnded(tx, tasksMs, limit)
    if (tasks.length > 0) await tx.delete(task).where(inArray(task.id, tasks))
    const ofTask = tx.select().from(failedDocument).where(eq(failedDocument.taskId, task.id))
    const others = await lockEnded(tx, failedDocumentsMs, limit, exists(ofTask))
    if (others.length > 0) await tx.delete(failedDocument).where(inArray(failedDocument.taskId, others))
    return { tasks: tasks.length, tasksOfFailedDocuments: others.length }
  })
}

/** The oldest tasks that ended before the limit. Skips a task that is being retried. */
async function lockEnded(tx: Transaction, agoMs: number, limit: number, having?: SQL): Promise<string[]> {
  const rows = await tx
    .select({ id: task.id })
    .from(task)
    .where(and(lt(task.finishedAt, fromNow(-agoMs)), having))
    .orderBy(asc(task.finishedAt))
    .limit(limit)
    .for('update', { skipLocked: true })
  return rows.map(({ id }) => id)
}
