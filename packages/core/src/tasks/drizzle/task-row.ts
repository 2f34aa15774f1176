import { eq } from 'drizzle-orm'
import { task } from '../schema.ts'
import type { TaskRecord } from '../task-store.ts'
import type { Transaction } from './transaction.ts'

export type TaskRow = typeof task.$inferSelect

export function isActiveRow({ status }: TaskRow): boolean {
  return status === 'queued' || status === 'running'
}

/**
 * Reads a task and keeps others from changing it until the transaction ends.
 *
 * Lock order of the whole store, so that no two transactions wait for each other: the task, then its work items,
 * then its failed documents, then reservations by name.
 */
export async function lockTask(tx: Transaction, taskId: string): Promise<TaskRow | undefined> {
  const [row] = await tx.select().from(task).where(eq(task.id, taskId)).for('no key update')
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
    counts: {
      read: row.read,
      indexed: row.indexed,
      dropped: { deleted: row.droppedDeleted, removed_from_source: row.droppedRemovedFromSource },
      failed: row.failed,
    },
    catchUp: { indexed: row.catchUpIndexed, deleted: row.catchUpDeleted, failed: row.catchUpFailed },
    planned: row.planned,
    attempt: row.attempt,
    waiting: row.waiting,
    error: row.error,
    requestedBy: row.requestedBy,
    asOf: row.asOf,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    loadStartedAt: row.loadStartedAt,
    loadFinishedAt: row.loadFinishedAt,
    finishedAt: row.finishedAt,
  }
}
