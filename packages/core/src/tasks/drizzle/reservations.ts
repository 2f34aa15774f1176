import { eq, inArray, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { IndexBusyError } from '../../errors.ts'
import { reservation } from '../schema.ts'
import type { Transaction } from './transaction.ts'

/**
 * Reserves all names for a task, or none.
 *
 * @throws IndexBusyError naming the task that has reserved one of them
 */
export async function takeReservations(
  tx: Transaction,
  taskId: string,
  names: readonly string[],
): Promise<void> {
  // Ordered by name, as in the release, so that two tasks with the same names can't deadlock.
  const ordered = [...new Set(names)].sort()
  if (ordered.length === 0) return
  const holders = await tx
    .insert(reservation)
    .values(ordered.map((indexName) => ({ indexName, taskId })))
    // Changes nothing, but locks and returns the conflicting row, so that the error names the right task.
    .onConflictDoUpdate({ target: reservation.indexName, set: { taskId: sql`${reservation.taskId}` } })
    .returning()
  const blocking = holders.find((holder) => holder.taskId !== taskId)
  if (blocking) throw new IndexBusyError(blocking.indexName, blocking.taskId)
}

export async function freeReservations(tx: Transaction, taskId: string): Promise<void> {
  const own = tx
    .select({ indexName: reservation.indexName })
    .from(reservation)
    .where(eq(reservation.taskId, taskId))
    // The order of JavaScript's sort() for ASCII names, independent of the database's collation.
    .orderBy(sql`${reservation.indexName} collate "C"`)
    .for('update')
  await tx.delete(reservation).where(inArray(reservation.indexName, own))
}

export async function findReservation(db: PostgresJsDatabase, index: string): Promise<string | null> {
  const [row] = await db.select().from(reservation).where(eq(reservation.indexName, index))
  return row?.taskId ?? null
}
