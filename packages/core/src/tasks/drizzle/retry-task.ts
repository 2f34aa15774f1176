import { and, eq, isNull } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Phase } from '../../contract/index.ts'
import { failedDocument, task } from '../schema.ts'
import { queueAgain } from '../task-changes.ts'
import {
  canRedrive,
  isRedriving,
  notRedrivable,
  notRetryable,
  redrivePhase,
  retryPhase,
  startsOver,
} from '../task-state.ts'
import { toCallerData } from '../task-history.ts'
import type { Caller, TaskRecord } from '../task-store.ts'
import { toTaskRecord, type TaskRow } from '../task-record.ts'
import { recordEvent } from './events.ts'
import { lockFailedDocuments } from './failed-documents.ts'
import { takeReservations } from './reservations.ts'
import { deleteWork } from './delete-work.ts'
import { lockTaskById, onlyRow } from './task-row.ts'
import { addToTotals } from './task-totals.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export function retryTask(db: PostgresJsDatabase, taskId: string, caller: Caller = {}): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    await lockFailedDocuments(tx, taskId)
    const row = await lockTaskById(tx, taskId)
    if (row.status !== 'failed' && row.status !== 'cancelled') throw notRetryable(taskId, row.status)
    return queue(tx, row, retryPhase(row), caller)
  })
}

export function redriveTask(
  db: PostgresJsDatabase,
  taskId: string,
  caller: Caller = {},
): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    await lockFailedDocuments(tx, taskId)
    const row = await lockTaskById(tx, taskId)
    const unresolved = and(eq(failedDocument.taskId, row.id), isNull(failedDocument.resolvedAt))
    if (row.status !== 'failed' && !canRedrive(row, await tx.$count(failedDocument, unresolved))) {
      throw notRedrivable(taskId, row.status)
    }
    return queue(tx, row, redrivePhase(row), caller)
  })
}

async function queue(tx: Transaction, row: TaskRow, phase: Phase, caller: Caller): Promise<TaskRecord> {
  const change = queueAgain(row, phase)
  const queued = onlyRow(await tx.update(task).set(change).where(eq(task.id, row.id)).returning())
  if (startsOver(row)) await deleteWork(tx, row.id)
  await takeReservations(tx, row.id, row.reserve)
  await addToTotals(tx, row, -1)
  await recordEvent(tx, queued, 'retried', {
    ...(isRedriving(queued) && { redrive: true }),
    ...toCallerData(caller),
  })
  return toTaskRecord(queued)
}
