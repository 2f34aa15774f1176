import { eq } from 'drizzle-orm'
import { TaskNotFoundError } from '../../errors.ts'
import { task } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import type { TaskRow } from '../task-record.ts'
import type { Transaction } from './transaction.ts'

/**
 * Reads a task and locks its row until the transaction ends.
 *
 * Lock order of the whole store, which prevents deadlocks: the failed documents of a task (lockFailedDocuments), then the
 * task, then its work items, then its rates, then reservations by name, then totals, then events.
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

/** The row returned by an update or insert of one task. */
export function onlyRow(rows: readonly TaskRow[]): TaskRow {
  const [row] = rows
  if (!row) throw new Error('a task that was locked is gone: its row was deleted by something else')
  return row
}
