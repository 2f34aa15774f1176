import { eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { findActionPhases } from '../../contract/index.ts'
import { IdempotencyKeyReusedError } from '../../errors.ts'
import { toGivenKey } from '../idempotency-key.ts'
import { task } from '../schema.ts'
import { toTaskRecord, type TaskRow } from '../task-record.ts'
import { createTaskId } from '../task-id.ts'
import { toCallerData } from '../task-history.ts'
import type { Idempotency, NewTask, TaskRecord } from '../task-store.ts'
import { recordEvent } from './events.ts'
import { takeReservations } from './reservations.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export function createTask(
  db: PostgresJsDatabase,
  { state = {}, limits, idempotency, ...rest }: NewTask,
): Promise<TaskRecord> {
  // The time in the id only keeps new ids adjacent in an index; created_at comes from the database.
  const id = createTaskId(Date.now())
  return inTransaction(db, async (tx) => {
    const [row] = await tx
      .insert(task)
      .values({
        ...rest,
        ...limits,
        id,
        phase: findActionPhases(rest.action).first,
        state,
        initialState: state,
        idempotencyKey: idempotency?.key,
        idempotencyFingerprint: idempotency?.fingerprint,
      })
      // Waits for a concurrent transaction that creates a task with the same key.
      .onConflictDoNothing({ target: task.idempotencyKey })
      .returning()
    if (!row) return toTaskRecord(await findSame(tx, idempotency))
    await takeReservations(tx, id, rest.reserve)
    await recordEvent(tx, row, 'created', toCallerData(rest))
    return toTaskRecord(row)
  })
}

async function findSame(tx: Transaction, idempotency: Idempotency | undefined): Promise<TaskRow> {
  const [row] = idempotency
    ? await tx.select().from(task).where(eq(task.idempotencyKey, idempotency.key))
    : []
  if (!row || !idempotency) throw new Error('a task could not be stored although nothing stood in its way')
  if (row.idempotencyFingerprint !== idempotency.fingerprint) {
    throw new IdempotencyKeyReusedError(toGivenKey(idempotency.key), row.id)
  }
  return row
}

export async function findIdempotent(
  db: PostgresJsDatabase,
  key: string,
): Promise<{ taskId: string; fingerprint: string } | null> {
  const [row] = await db
    .select({ taskId: task.id, fingerprint: task.idempotencyFingerprint })
    .from(task)
    .where(eq(task.idempotencyKey, key))
  return row ? { taskId: row.taskId, fingerprint: row.fingerprint ?? '' } : null
}
