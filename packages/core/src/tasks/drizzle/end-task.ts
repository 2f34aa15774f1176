import { desc, eq } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { TaskError } from '../../contract/index.ts'
import { indexRecord } from '../history-schema.ts'
import { task } from '../schema.ts'
import { end, failed, succeeded, verifiedIndex, type Outcome } from '../task-changes.ts'
import type { Finished, IndexRecord, Lease } from '../task-store.ts'
import type { TaskRow } from '../task-record.ts'
import { clock } from './database-clock.ts'
import { recordEvent } from './events.ts'
import { lockHeldTask } from './leases.ts'
import { freeReservations } from './reservations.ts'
import { onlyRow } from './task-row.ts'
import { addToTotals } from './task-totals.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export async function finishTask(tx: Transaction, row: TaskRow, finished: Finished): Promise<TaskRow> {
  if (finished.verified) {
    const record = { ...verifiedIndex(row, finished.verified), verifiedAt: clock }
    await tx.insert(indexRecord).values(record).onConflictDoUpdate({ target: indexRecord.uuid, set: record })
  }
  return endTask(tx, row, succeeded(finished))
}

/** @param data further data of the event, besides the error or result */
export async function endTask(
  tx: Transaction,
  row: TaskRow,
  outcome: Outcome & PgUpdateSetSource<typeof task>,
  data: Record<string, unknown> = {},
): Promise<TaskRow> {
  const change = end(row, outcome, clock)
  const ended = onlyRow(await tx.update(task).set(change).where(eq(task.id, row.id)).returning())
  await freeReservations(tx, row.id)
  await addToTotals(tx, ended, 1)
  const { error, result } = ended
  await recordEvent(tx, ended, outcome.status, {
    ...(error && { error }),
    ...(result && { result }),
    ...data,
  })
  return ended
}

/** Ends a task as failed, from an item or from planning. */
export async function failLeasedTask(db: PostgresJsDatabase, lease: Lease, error: TaskError): Promise<void> {
  await inTransaction(db, async (tx) => endTask(tx, await lockHeldTask(tx, lease), failed(error)))
}

export async function getIndexRecord(db: PostgresJsDatabase, uuid: string): Promise<IndexRecord | null> {
  const [row] = await db.select().from(indexRecord).where(eq(indexRecord.uuid, uuid))
  return row ?? null
}

/** The verified indices that were filtered from this one, the newest first. */
export function listFilteredCopies(db: PostgresJsDatabase, uuid: string): Promise<IndexRecord[]> {
  return db
    .select()
    .from(indexRecord)
    .where(eq(indexRecord.filteredFrom, uuid))
    .orderBy(desc(indexRecord.verifiedAt), desc(indexRecord.name))
}

export async function removeIndexRecord(db: PostgresJsDatabase, uuid: string): Promise<void> {
  await db.delete(indexRecord).where(eq(indexRecord.uuid, uuid))
}
