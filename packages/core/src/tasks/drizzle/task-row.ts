import { eq } from 'drizzle-orm'
import type { Counts } from '../../contract/index.ts'
import { TaskNotFoundError } from '../../errors.ts'
import { sensitiveIn } from '../counts.ts'
import { task } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import type { CatchUpCounts, TaskRecord } from '../task-store.ts'
import type { Transaction } from './transaction.ts'

export type TaskRow = typeof task.$inferSelect

export function isActiveRow({ status }: TaskRow): boolean {
  return status === 'queued' || status === 'running'
}

/**
 * Reads a task and keeps others from changing it until the transaction ends.
 *
 * Lock order of the whole store, so that no two transactions wait for each other: the task, then its work items,
 * then its failed documents and rates, then reservations by name, then totals, then events.
 */
export async function lockTask(tx: Transaction, taskId: string): Promise<TaskRow | undefined> {
  const [row] = await tx.select().from(task).where(eq(task.id, taskId)).for('no key update')
  return row
}

/** @throws TaskNotFoundError */
export async function lockTaskById(tx: Transaction, taskId: string): Promise<TaskRow> {
  const row = isTaskId(taskId) ? await lockTask(tx, taskId) : undefined
  if (!row) throw new TaskNotFoundError(taskId)
  return row
}

/** The row that an update or insert of one task returns. */
export function onlyRow(rows: readonly TaskRow[]): TaskRow {
  const [row] = rows
  if (!row) throw new Error('a task that was locked is gone: its row was deleted by something else')
  return row
}

export function toTaskRecord(row: TaskRow): TaskRecord {
  return {
    id: row.id,
    model: row.model,
    action: row.action,
    request: row.request,
    status: row.status,
    phase: row.phase,
    stage: row.stage,
    lastStage: row.lastStage,
    index: row.indexName,
    state: row.state,
    counts: toCounts(row),
    catchUp: toCatchUp(row),
    leftOut: row.leftOut ?? {},
    documents: row.documents,
    planned: row.planned,
    attempt: row.attempt,
    waiting: row.waiting,
    limits: { documentsPerSecond: row.documentsPerSecond, inFlight: row.inFlight },
    boundBy: row.boundBy,
    error: row.error,
    result: row.result,
    requestedBy: row.requestedBy,
    requestId: row.requestId,
    callbackUrl: row.callbackUrl,
    asOf: row.asOf,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    loadStartedAt: row.loadStartedAt,
    loadFinishedAt: row.loadFinishedAt,
    cancelRequestedAt: row.cancelRequestedAt,
    keepIndex: row.keepIndex,
    finishedAt: row.finishedAt,
  }
}

type CountColumns = Pick<
  TaskRow,
  'read' | 'indexed' | 'droppedDeleted' | 'droppedRemovedFromSource' | 'droppedSensitive' | 'failed'
>
type CatchUpColumns = Pick<TaskRow, 'catchUpIndexed' | 'catchUpDeleted' | 'catchUpFailed'>

export function toCounts(row: CountColumns): Counts {
  const { read, indexed, droppedDeleted, droppedRemovedFromSource, droppedSensitive, failed } = row
  return {
    read,
    indexed,
    dropped: {
      deleted: droppedDeleted,
      removed_from_source: droppedRemovedFromSource,
      ...(droppedSensitive !== 0 && { sensitive: droppedSensitive }),
    },
    failed,
  }
}

export function fromCounts({ read, indexed, dropped, failed }: Counts) {
  return {
    read,
    indexed,
    droppedDeleted: dropped.deleted,
    droppedRemovedFromSource: dropped.removed_from_source,
    droppedSensitive: sensitiveIn(dropped),
    failed,
  }
}

export function toCatchUp({ catchUpIndexed, catchUpDeleted, catchUpFailed }: CatchUpColumns): CatchUpCounts {
  return { indexed: catchUpIndexed, deleted: catchUpDeleted, failed: catchUpFailed }
}
