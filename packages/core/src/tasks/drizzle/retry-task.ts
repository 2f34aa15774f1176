import { and, eq, isNull } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Phase } from '../../contract/index.ts'
import { failedDocument, task } from '../schema.ts'
import { canRedrive, notRedrivable, notRetryable, retryPhase, startsOver } from '../task-state.ts'
import { toCallerData } from '../task-history.ts'
import type { Caller, TaskRecord } from '../task-store.ts'
import { recordEvent } from './events.ts'
import { takeReservations } from './reservations.ts'
import { deleteWork, voidCounts } from './start-over.ts'
import { lockTaskById, onlyRow, toTaskRecord, type TaskRow } from './task-row.ts'
import { addToTotals } from './task-totals.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export function retryTask(db: PostgresJsDatabase, taskId: string, caller: Caller = {}): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    const row = await lockTaskById(tx, taskId)
    if (row.status !== 'failed' && row.status !== 'cancelled') throw notRetryable(taskId, row.status)
    return toTaskRecord(await queueAgain(tx, row, retryPhase(row), caller))
  })
}

export function redriveTask(
  db: PostgresJsDatabase,
  taskId: string,
  caller: Caller = {},
): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    const row = await lockTaskById(tx, taskId)
    if (row.status === 'failed') return toTaskRecord(await queueAgain(tx, row, retryPhase(row), caller))
    const unresolved = and(eq(failedDocument.taskId, row.id), isNull(failedDocument.resolvedAt))
    if (!canRedrive(row.action, row.status, await tx.$count(failedDocument, unresolved))) {
      throw notRedrivable(taskId, row.status)
    }
    return toTaskRecord(await queueAgain(tx, row, 'redriving', caller))
  })
}

async function queueAgain(tx: Transaction, row: TaskRow, phase: Phase, caller: Caller): Promise<TaskRow> {
  const stage = row.lastStage + 1
  const anew = startsOver(row)
  const queued = {
    ...(anew && { ...voidCounts, state: row.initialState ?? {}, planned: null, asOf: null }),
    status: 'queued' as const,
    phase,
    stage,
    lastStage: stage,
    attempt: row.attempt + 1,
    error: null,
    result: null,
    boundBy: null,
    finishedAt: null,
    waiting: null,
    leaseUntil: null,
    cancelRequestedAt: null,
    keepIndex: false,
  }
  const again = onlyRow(await tx.update(task).set(queued).where(eq(task.id, row.id)).returning())
  if (anew) await deleteWork(tx, row.id)
  await takeReservations(tx, row.id, row.reserve)
  await addToTotals(tx, row, -1)
  await recordEvent(tx, again, 'retried', {
    ...(phase === 'redriving' && { redrive: true }),
    ...toCallerData(caller),
  })
  return again
}
