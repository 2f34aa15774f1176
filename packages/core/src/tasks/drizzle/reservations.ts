import { eq, inArray, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { IndexBusyError } from '../../errors.ts'
import { reservation } from '../schema.ts'
import type { Transaction } from './transaction.ts'

/**
 * Takes all names for a task or none.
 *
 * @throws IndexBusyError naming the task that has one of them
 */
export async function takeReservations(
  tx: Transaction,
  taskId: string,
  names: readonly string[],
): Promise<void> {
  // In the order of names, as they are freed: two tasks that want the same names never wait for each other.
  const ordered = [...new Set(names)].sort()
  if (ordered.length === 0) return
  const holders = await tx
    .insert(reservation)
    .values(ordered.map((indexName) => ({ indexName, taskId })))
    // Changes nothing, but locks and returns the row that is in the way, so that the task named is the one that was.
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
    // The order of JavaScript's sort() for names, which are ASCII, whatever the database's collation is.
    .orderBy(sql`${reservation.indexName} collate "C"`)
    .for('update')
  await tx.delete(reservation).where(inArray(reservation.indexName, own))
}

export async function findReservation(db: PostgresJsDatabase, index: string): Promise<string | null> {
  const [row] = await db.select().from(reservation).where(eq(reservation.indexName, index))
  return row?.taskId ?? null
}
