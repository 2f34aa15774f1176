import { eq } from 'drizzle-orm'
import { taskRate } from '../history-schema.ts'
import { failedDocument, workItem } from '../schema.ts'
import type { Transaction } from './transaction.ts'

/** Deletes the items, failed documents and rates of a task. These documents and the task's row are locked. */
export async function deleteWork(tx: Transaction, taskId: string): Promise<void> {
  await tx.delete(workItem).where(eq(workItem.taskId, taskId))
  await tx.delete(failedDocument).where(eq(failedDocument.taskId, taskId))
  await tx.delete(taskRate).where(eq(taskRate.taskId, taskId))
}
