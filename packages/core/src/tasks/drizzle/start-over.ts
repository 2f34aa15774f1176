import { eq } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import { taskRate } from '../history-schema.ts'
import { firstRateSeconds } from '../rates.ts'
import { failedDocument, type task, workItem } from '../schema.ts'
import type { Transaction } from './transaction.ts'

/** What becomes of a task's row when what was done so far is void. */
export const voidCounts: PgUpdateSetSource<typeof task> = {
  read: 0,
  indexed: 0,
  droppedDeleted: 0,
  droppedRemovedFromSource: 0,
  droppedSensitive: 0,
  failed: 0,
  catchUpIndexed: 0,
  catchUpDeleted: 0,
  catchUpFailed: 0,
  leftOut: null,
  documents: null,
  loadStartedAt: null,
  loadFinishedAt: null,
  rateSeconds: firstRateSeconds,
}

/** Takes away the items, failed documents and rates of a task whose row was locked. */
export async function deleteWork(tx: Transaction, taskId: string): Promise<void> {
  await tx.delete(workItem).where(eq(workItem.taskId, taskId))
  await tx.delete(failedDocument).where(eq(failedDocument.taskId, taskId))
  await tx.delete(taskRate).where(eq(taskRate.taskId, taskId))
}
