import { eq } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { TaskError } from '../../contract/index.ts'
import { indexRecord } from '../history-schema.ts'
import { task } from '../schema.ts'
import type { Finished, IndexRecord, Lease } from '../task-store.ts'
import { clock } from './database-clock.ts'
import { recordEvent } from './events.ts'
import { lockHeldTask } from './leases.ts'
import { freeReservations } from './reservations.ts'
import { onlyRow, type TaskRow } from './task-row.ts'
import { addToTotals } from './task-totals.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export async function finishTask(
  tx: Transaction,
  row: TaskRow,
  { verified, state, result }: Finished,
): Promise<TaskRow> {
  if (verified) {
    const { filteredFrom = null, termsHash = null, mark = null } = verified
    const record = {
      ...verified,
      filteredFrom,
      termsHash,
      mark,
      model: row.model,
      taskId: row.id,
      verifiedAt: clock,
    }
    await tx.insert(indexRecord).values(record).onConflictDoUpdate({ target: indexRecord.uuid, set: record })
  }
  return endTask(tx, row, {
    status: 'succeeded',
    phase: 'done',
    error: null,
    result,
    state,
    // What is undefined stays as it is.
    documents: verified?.documents,
  })
}

export function failTask(tx: Transaction, row: TaskRow, error: TaskError): Promise<TaskRow> {
  return endTask(tx, row, { status: 'failed', error })
}

type Outcome = PgUpdateSetSource<typeof task> & { status: 'succeeded' | 'failed' | 'cancelled' }

/** @param data what the event says beside the error or result */
export async function endTask(
  tx: Transaction,
  row: TaskRow,
  outcome: Outcome,
  data: Record<string, unknown> = {},
): Promise<TaskRow> {
  const change = { ...outcome, ...leaveLoad(row), finishedAt: clock, waiting: null, leaseUntil: null }
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

/** What becomes of a task's row when its current phase ends. */
export function leaveLoad({ phase }: TaskRow): PgUpdateSetSource<typeof task> {
  return phase === 'loading' ? { loadFinishedAt: clock } : {}
}

/** Ends a task as failed, from an item or from planning. */
export async function failLeasedTask(db: PostgresJsDatabase, lease: Lease, error: TaskError): Promise<void> {
  await inTransaction(db, async (tx) => failTask(tx, await lockHeldTask(tx, lease), error))
}

export async function getIndexRecord(db: PostgresJsDatabase, uuid: string): Promise<IndexRecord | null> {
  const [row] = await db.select().from(indexRecord).where(eq(indexRecord.uuid, uuid))
  return row ?? null
}

export async function removeIndexRecord(db: PostgresJsDatabase, uuid: string): Promise<void> {
  await db.delete(indexRecord).where(eq(indexRecord.uuid, uuid))
}
