import { and, eq, isNull } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { LeaseLostError } from '../../errors.ts'
import { task, workItem } from '../schema.ts'
import { cancelled, enterPhase, failed } from '../task-changes.ts'
import { assertCancelling } from '../task-state.ts'
import type { Lease, NextStep, PlannedItem, TaskRecord } from '../task-store.ts'
import { toTaskRecord, type TaskRow } from '../task-record.ts'
import { clock } from './database-clock.ts'
import { endTask, finishTask } from './end-task.ts'
import { recordEvent, recordOutageEvent } from './events.ts'
import { lockFailedDocuments } from './failed-documents.ts'
import { lockHeldTask } from './leases.ts'
import { deleteWork } from './delete-work.ts'
import { onlyRow } from './task-row.ts'
import { inTransaction, type Transaction } from './transaction.ts'

type NextPhase = Extract<NextStep, { kind: 'phase' }>

/** Rows per insert: each uses five of the 65,535 parameters of a statement. */
const rowsPerInsert = 1_000

export function advanceTask(db: PostgresJsDatabase, lease: Lease, next: NextStep): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    if (lease.ordinal !== null) throw new LeaseLostError(lease.taskId)
    if (next.kind === 'phase' && next.reset) await lockFailedDocuments(tx, lease.taskId)
    const row = await lockHeldTask(tx, lease)
    switch (next.kind) {
      case 'phase':
        return toTaskRecord(await startPhase(tx, row, next))
      case 'finished':
        return toTaskRecord(await finishTask(tx, row, next))
      case 'failed':
        return toTaskRecord(await endTask(tx, row, failed(next.error)))
      case 'cancelled':
        assertCancelling(row)
        return toTaskRecord(await endTask(tx, row, cancelled(row)))
    }
  })
}

async function startPhase(tx: Transaction, row: TaskRow, next: NextPhase): Promise<TaskRow> {
  const change = enterPhase(row, next, clock)
  const entered = onlyRow(await tx.update(task).set(change).where(eq(task.id, row.id)).returning())
  if (next.reset) await deleteWork(tx, row.id)
  if ('fromStage' in next.items) await freeItems(tx, entered)
  else await insertItems(tx, entered, next.items)
  if (row.waiting !== null) await recordOutageEvent(tx, entered, 'resumed')
  await recordEvent(tx, entered, 'phase')
  return entered
}

/** Ends all leases on open items of this stage. */
async function freeItems(tx: Transaction, { id, stage }: TaskRow) {
  await tx
    .update(workItem)
    .set({ leaseUntil: null })
    .where(and(eq(workItem.taskId, id), eq(workItem.stage, stage), isNull(workItem.doneAt)))
}

async function insertItems(tx: Transaction, { id, stage, phase }: TaskRow, items: readonly PlannedItem[]) {
  const rows = items.map(({ payload }, ordinal) => ({ taskId: id, stage, ordinal, phase, payload }))
  for (let start = 0; start < rows.length; start += rowsPerInsert) {
    await tx.insert(workItem).values(rows.slice(start, start + rowsPerInsert))
  }
}
