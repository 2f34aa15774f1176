import { and, asc, count, eq, min, sql, type SQL } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { isOpen, task, workItem } from '../schema.ts'
import { failed } from '../task-changes.ts'
import { isActive, maxLapses, workersLost } from '../task-state.ts'
import type { Claim } from '../task-store.ts'
import { minWaitMs } from '../wait.ts'
import { toTaskRecord, type TaskRow } from '../task-record.ts'
import { readQuota } from './quota.ts'
import { clock, fromNow, isFree, msUntil } from './database-clock.ts'
import { endTask } from './end-task.ts'
import { recordEvent } from './events.ts'
import { lockTaskById, onlyRow } from './task-row.ts'
import { inTransaction, type Transaction } from './transaction.ts'

interface Claimer {
  worker: string
  leaseMs: number
}

export function claimWork(
  db: PostgresJsDatabase,
  taskId: string,
  worker: string,
  leaseMs: number,
): Promise<Claim> {
  return inTransaction(db, async (tx) => {
    const row = await lockTaskById(tx, taskId)
    if (!isActive(row)) return { kind: 'ended', task: toTaskRecord(row) }
    const claimer = { worker, leaseMs }
    return (
      (await claimItem(tx, row, claimer)) ??
      (await waitForItems(tx, row)) ??
      (await claimPlanning(tx, row, claimer))
    )
  })
}

const ofStage = ({ id, stage }: TaskRow) => and(eq(workItem.taskId, id), eq(workItem.stage, stage))

async function claimItem(tx: Transaction, row: TaskRow, { worker, leaseMs }: Claimer): Promise<Claim | null> {
  const free = tx
    .select({ ordinal: workItem.ordinal })
    .from(workItem)
    .where(and(ofStage(row), isOpen(workItem.doneAt), isFree(workItem.leaseUntil)))
    .orderBy(asc(workItem.ordinal))
    .limit(1)
    // Skips items whose lease is being renewed right now.
    .for('update', { skipLocked: true })
  const [item] = await tx
    .update(workItem)
    .set({
      attempt: sql`${workItem.attempt} + 1`,
      lapses: countExpiry(workItem.leaseUntil, workItem.lapses),
      leaseUntil: fromNow(leaseMs),
      startedAt: sql`coalesce(${workItem.startedAt}, ${clock})`,
      progressAt: clock,
      worker,
    })
    .where(and(ofStage(row), eq(workItem.ordinal, free)))
    .returning()
  if (!item) return null

  const { ordinal, payload, checkpoint, attempt } = item
  if (item.lapses >= maxLapses) return giveUp(tx, row, ordinal)
  const lease = { taskId: row.id, stage: row.stage, ordinal, attempt }
  return {
    kind: 'item',
    task: toTaskRecord(row.status === 'running' ? row : await start(tx, row)),
    lease,
    item: { ordinal, payload, checkpoint },
    quota: await readQuota(tx, row, lease),
  }
}

async function start(tx: Transaction, { id }: TaskRow): Promise<TaskRow> {
  const row = onlyRow(await tx.update(task).set(started).where(eq(task.id, id)).returning())
  await recordEvent(tx, row, 'started')
  return row
}

const started = { status: 'running', startedAt: sql`coalesce(${task.startedAt}, ${clock})` } as const

async function waitForItems(tx: Transaction, row: TaskRow): Promise<Claim | null> {
  const [held] = await tx
    .select({ items: count(), ms: msUntil(min(workItem.leaseUntil).getSQL()) })
    .from(workItem)
    .where(and(ofStage(row), isOpen(workItem.doneAt)))
  return held && held.items > 0 ? waitFor(held.ms) : null
}

async function claimPlanning(tx: Transaction, row: TaskRow, { worker, leaseMs }: Claimer): Promise<Claim> {
  const [claimed] = await tx
    .update(task)
    .set({
      ...started,
      leaseAttempt: sql`${task.leaseAttempt} + 1`,
      lapses: countExpiry(task.leaseUntil, task.lapses),
      leaseUntil: fromNow(leaseMs),
      worker,
    })
    .where(and(eq(task.id, row.id), isFree(task.leaseUntil)))
    .returning()
  if (!claimed) {
    const [held] = await tx
      .select({ ms: msUntil(task.leaseUntil) })
      .from(task)
      .where(eq(task.id, row.id))
    return waitFor(held?.ms ?? null)
  }
  if (claimed.lapses >= maxLapses) return giveUp(tx, claimed, null)
  const items = await tx
    .select({ result: workItem.result })
    .from(workItem)
    .where(ofStage(row))
    .orderBy(asc(workItem.ordinal))
  if (row.status !== 'running') await recordEvent(tx, claimed, 'started')
  return {
    kind: 'advance',
    task: toTaskRecord(claimed),
    lease: { taskId: row.id, stage: row.stage, ordinal: null, attempt: claimed.leaseAttempt },
    results: items.map(({ result }) => result),
  }
}

/** Increases the count if the previous lease expired without a release; otherwise resets it. */
function countExpiry(leaseUntil: AnyPgColumn, lapses: AnyPgColumn): SQL {
  return sql`case when ${leaseUntil} is null then 0 else ${lapses} + 1 end`
}

async function giveUp(tx: Transaction, row: TaskRow, ordinal: number | null): Promise<Claim> {
  return { kind: 'ended', task: toTaskRecord(await endTask(tx, row, failed(workersLost(row, ordinal)))) }
}

function waitFor(ms: number | null): Claim {
  return { kind: 'wait', forMs: Math.max(minWaitMs, Math.ceil(ms ?? 0)) }
}
