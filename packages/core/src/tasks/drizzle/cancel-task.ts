import { eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { task } from '../schema.ts'
import { notCancellable, notLimitable } from '../task-state.ts'
import { toCallerData } from '../task-history.ts'
import type { Caller, CancelOptions, TaskLimits, TaskRecord } from '../task-store.ts'
import { clock } from './database-clock.ts'
import { endTask, leaveLoad } from './end-task.ts'
import { recordEvent } from './events.ts'
import { isActiveRow, lockTaskById, onlyRow, toTaskRecord } from './task-row.ts'
import { inTransaction } from './transaction.ts'

export function cancelTask(
  db: PostgresJsDatabase,
  taskId: string,
  { keepIndex = false, ...caller }: CancelOptions = {},
): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    const row = await lockTaskById(tx, taskId)
    if (!isActiveRow(row)) throw notCancellable(taskId, row.status)
    if (row.phase === 'cancelling') return toTaskRecord(row)
    const asked = { cancelRequestedAt: clock, keepIndex }
    if (row.startedAt === null) {
      return toTaskRecord(await endTask(tx, row, { ...asked, status: 'cancelled' }, toCallerData(caller)))
    }
    const stage = row.lastStage + 1
    const change = {
      ...asked,
      ...leaveLoad(row),
      phase: 'cancelling' as const,
      stage,
      lastStage: stage,
      waiting: null,
      // A lease on planning stays: its holder may be creating an index, which the cleanup has to find.
    }
    const cancelling = onlyRow(await tx.update(task).set(change).where(eq(task.id, row.id)).returning())
    await recordEvent(tx, cancelling, 'cancel_requested', {
      keep_index: keepIndex,
      ...toCallerData(caller),
    })
    return toTaskRecord(cancelling)
  })
}

export function setLimits(
  db: PostgresJsDatabase,
  taskId: string,
  limits: Partial<TaskLimits>,
  caller: Caller = {},
): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    const row = await lockTaskById(tx, taskId)
    if (!isActiveRow(row)) throw notLimitable(taskId, row.status)
    const { documentsPerSecond = row.documentsPerSecond, inFlight = row.inFlight } = limits
    if (documentsPerSecond === row.documentsPerSecond && inFlight === row.inFlight) return toTaskRecord(row)
    const change = { documentsPerSecond, inFlight }
    const changed = onlyRow(await tx.update(task).set(change).where(eq(task.id, row.id)).returning())
    const onWire = { documents_per_second: documentsPerSecond, in_flight: inFlight }
    await recordEvent(tx, changed, 'limits_changed', { limits: onWire, ...toCallerData(caller) })
    return toTaskRecord(changed)
  })
}
