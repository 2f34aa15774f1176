import { and, eq, isNotNull, sql, type SQL } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { LeaseLostError } from '../../errors.ts'
import { isOpen, task, workItem } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import type { Quota, Lease } from '../task-store.ts'
import type { TaskRow } from '../task-record.ts'
import { quotaOf } from './quota.ts'
import { fromNow } from './database-clock.ts'
import { lockTask } from './task-row.ts'
import type { Transaction } from './transaction.ts'

export type ItemLease = Lease & { ordinal: number }

/** Condition: the task is running and still in the lease's stage. */
export function inStage({ taskId, stage }: Lease): SQL | undefined {
  return and(eq(task.id, taskId), eq(task.status, 'running'), eq(task.stage, stage))
}

/** Condition: the item's lease is held. Ignores the state of the task. */
export function heldItem({ taskId, stage, ordinal, attempt }: ItemLease): SQL | undefined {
  return and(
    eq(workItem.taskId, taskId),
    eq(workItem.stage, stage),
    eq(workItem.ordinal, ordinal),
    eq(workItem.attempt, attempt),
    isNotNull(workItem.leaseUntil),
    isOpen(workItem.doneAt),
  )
}

/** Condition: the lease on planning was not taken over. Ignores the stage. */
function unclaimedPlanning({ taskId, attempt }: Lease): SQL | undefined {
  return and(eq(task.id, taskId), eq(task.leaseAttempt, attempt), isNotNull(task.leaseUntil))
}

function heldPlanning(lease: Lease): SQL | undefined {
  return and(inStage(lease), unclaimedPlanning(lease))
}

/** @throws LeaseLostError for a lease on planning, which has no item, and for a lease that no store created */
export function assertItemLease(lease: Lease): asserts lease is ItemLease {
  if (lease.ordinal === null || !isTaskId(lease.taskId)) throw new LeaseLostError(lease.taskId)
}

function isItemLease(lease: Lease): lease is ItemLease {
  return lease.ordinal !== null
}

/**
 * Locks the task of a lease.
 *
 * @throws LeaseLostError when the lease is not held
 */
export async function lockHeldTask(tx: Transaction, lease: Lease): Promise<TaskRow> {
  const row = isTaskId(lease.taskId) ? await lockTask(tx, lease.taskId) : undefined
  const current = row?.status === 'running' && row.stage === lease.stage
  if (!current || !(await isHeld(tx, row, lease))) throw new LeaseLostError(lease.taskId)
  return row
}

async function isHeld(tx: Transaction, row: TaskRow, lease: Lease): Promise<boolean> {
  if (!isItemLease(lease)) return row.leaseAttempt === lease.attempt && row.leaseUntil !== null
  const held = await tx.select({ ordinal: workItem.ordinal }).from(workItem).where(heldItem(lease))
  return held.length === 1
}

/** One statement that locks only the item's own row, so a renewal never waits for another item's checkpoint. */
export async function renewLease(db: PostgresJsDatabase, lease: Lease, leaseMs: number): Promise<Quota> {
  if (!isTaskId(lease.taskId)) throw new LeaseLostError(lease.taskId)
  const [renewed] = isItemLease(lease)
    ? await updateItem(db, lease, fromNow(leaseMs)).returning(quotaOf(lease))
    : await db
        .update(task)
        .set({ leaseUntil: fromNow(leaseMs) })
        .where(heldPlanning(lease))
        .returning(quotaOf(lease))
  if (!renewed) throw new LeaseLostError(lease.taskId)
  return { ...renewed.limits, activeWorkers: renewed.activeWorkers }
}

export async function releaseLease(db: PostgresJsDatabase, lease: Lease): Promise<void> {
  if (!isTaskId(lease.taskId)) return
  if (isItemLease(lease)) await updateItem(db, lease, null)
  else await db.update(task).set({ leaseUntil: null }).where(unclaimedPlanning(lease))
}

function updateItem(db: PostgresJsDatabase, lease: ItemLease, leaseUntil: SQL | null) {
  const running = db.select({ id: task.id }).from(task).where(inStage(lease))
  return db
    .update(workItem)
    .set({ leaseUntil })
    .where(and(heldItem(lease), sql`exists ${running}`))
}
