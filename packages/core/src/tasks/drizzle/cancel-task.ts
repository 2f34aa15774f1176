import { eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { task } from '../schema.ts'
import { cancelUnstarted, enterCancelling } from '../task-changes.ts'
import { isActive, notCancellable, notLimitable } from '../task-state.ts'
import { toCallerData } from '../task-history.ts'
import type { Caller, CancelOptions, TaskLimits, TaskRecord } from '../task-store.ts'
import { toTaskRecord } from '../task-record.ts'
import { clock } from './database-clock.ts'
import { endTask } from './end-task.ts'
import { recordEvent } from './events.ts'
import { lockTaskById, onlyRow } from './task-row.ts'
import { inTransaction } from './transaction.ts'

export function cancelTask(
  db: PostgresJsDatabase,
  taskId: string,
  { keepIndex = false, ...caller }: CancelOptions = {},
): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    const row = await lockTaskById(tx, taskId)
    if (!isActive(row)) throw notCancellable(taskId, row.status)
    if (row.phase === 'cancelling') return toTaskRecord(row)
    if (row.startedAt === null) {
      return toTaskRecord(await endTask(tx, row, cancelUnstarted(keepIndex, clock), toCallerData(caller)))
    }
    const change = enterCancelling(row, keepIndex, clock)
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
    if (!isActive(row)) throw notLimitable(taskId, row.status)
    const { documentsPerSecond = row.documentsPerSecond, inFlight = row.inFlight } = limits
    if (documentsPerSecond === row.documentsPerSecond && inFlight === row.inFlight) return toTaskRecord(row)
    const change = { documentsPerSecond, inFlight }
    const changed = onlyRow(await tx.update(task).set(change).where(eq(task.id, row.id)).returning())
    const onWire = { documents_per_second: documentsPerSecond, in_flight: inFlight }
    await recordEvent(tx, changed, 'limits_changed', { limits: onWire, ...toCallerData(caller) })
    return toTaskRecord(changed)
  })
}
