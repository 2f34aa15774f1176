import { and, eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Counts } from '../../contract/index.ts'
import { LeaseLostError } from '../../errors.ts'
import { accountedFor, assertBalanced, noCatchUp, noCounts } from '../counts.ts'
import { failedDocument, task, workItem } from '../schema.ts'
import type { Allowance, CatchUpCounts, Json, Lease, NewFailedDocument, Progress } from '../task-store.ts'
import { readAllowance } from './allowance.ts'
import { clock } from './database-clock.ts'
import { keepOutageEvent } from './events.ts'
import { assertItemLease, heldItem, inStage, type ItemLease } from './leases.ts'
import { addToRates } from './task-rates.ts'
import type { TaskRow } from './task-row.ts'
import { inTransaction, type Transaction } from './transaction.ts'

/** Rows of one insert: each has seven of the 65,535 parameters that a statement may have. */
const rowsPerInsert = 1_000

export async function saveProgress(
  db: PostgresJsDatabase,
  lease: Lease,
  progress: Progress,
): Promise<Allowance> {
  assertItemLease(lease)
  const { checkpoint, counts = noCounts, catchUp = noCatchUp, failed = [], resolved = [] } = progress
  assertBalanced(counts)
  return inTransaction(db, async (tx) => {
    const row = await addToTask(tx, lease, { counts, catchUp, boundBy: progress.boundBy })
    await setOnItem(tx, lease, { checkpoint, lapses: 0 })
    await resolveDocuments(tx, lease.taskId, resolved)
    await keepFailedDocuments(tx, lease.taskId, failed)
    await addToRates(tx, row.id, row.rateSeconds, accountedFor(counts, catchUp))
    await endWaiting(tx, row)
    return readAllowance(tx, row, lease)
  })
}

export async function completeItem(db: PostgresJsDatabase, lease: Lease, result: Json): Promise<void> {
  assertItemLease(lease)
  await inTransaction(db, async (tx) => {
    const row = await addToTask(tx, lease, { counts: noCounts, catchUp: noCatchUp })
    await setOnItem(tx, lease, { result, doneAt: clock, leaseUntil: null })
    await endWaiting(tx, row)
  })
}

/** What has to be known of a task after every page: not its request and state, which may be long. */
const savedTask = {
  id: task.id,
  phase: task.phase,
  attempt: task.attempt,
  waiting: task.waiting,
  rateSeconds: task.rateSeconds,
  documentsPerSecond: task.documentsPerSecond,
  inFlight: task.inFlight,
}
type SavedTask = Pick<TaskRow, keyof typeof savedTask>

interface Added {
  counts: Counts
  catchUp: CatchUpCounts
  boundBy?: Progress['boundBy']
}

async function addToTask(
  tx: Transaction,
  lease: Lease,
  { counts, catchUp, boundBy }: Added,
): Promise<SavedTask> {
  const rows = await tx
    .update(task)
    .set({
      read: sql`${task.read} + ${counts.read}`,
      indexed: sql`${task.indexed} + ${counts.indexed}`,
      droppedDeleted: sql`${task.droppedDeleted} + ${counts.dropped.deleted}`,
      droppedRemovedFromSource: sql`${task.droppedRemovedFromSource} + ${counts.dropped.removed_from_source}`,
      failed: sql`${task.failed} + ${counts.failed}`,
      catchUpIndexed: sql`${task.catchUpIndexed} + ${catchUp.indexed}`,
      catchUpDeleted: sql`${task.catchUpDeleted} + ${catchUp.deleted}`,
      catchUpFailed: sql`${task.catchUpFailed} + ${catchUp.failed}`,
      // What is undefined stays as it is.
      boundBy,
    })
    .where(inStage(lease))
    .returning(savedTask)
  const [row] = rows
  if (!row) throw new LeaseLostError(lease.taskId)
  return row
}

/** Something worked, so the task does not wait any more. */
async function endWaiting(tx: Transaction, row: SavedTask): Promise<void> {
  if (row.waiting === null) return
  await tx.update(task).set({ waiting: null }).where(eq(task.id, row.id))
  await keepOutageEvent(tx, row, 'resumed')
}

async function setOnItem(
  tx: Transaction,
  lease: ItemLease,
  values: Parameters<ReturnType<typeof tx.update<typeof workItem>>['set']>[0],
) {
  const rows = await tx
    .update(workItem)
    .set(values)
    .where(heldItem(lease))
    .returning({ ordinal: workItem.ordinal })
  if (rows.length === 0) throw new LeaseLostError(lease.taskId)
}

async function resolveDocuments(tx: Transaction, taskId: string, ids: readonly string[]) {
  if (ids.length === 0) return
  // One text instead of thousands of parameters, and no array type that the driver would have to know.
  const listed = sql`${failedDocument.documentId} = any (string_to_array(${ids.join(',')}, ',')::bigint[])`
  await tx
    .update(failedDocument)
    .set({ resolvedAt: clock })
    .where(and(eq(failedDocument.taskId, taskId), sql`${failedDocument.resolvedAt} is null`, listed))
}

async function keepFailedDocuments(tx: Transaction, taskId: string, failed: readonly NewFailedDocument[]) {
  // The last of several for one row counts; a statement may not write a row twice.
  const latest = [...new Map(failed.map((document) => [document.id, document])).values()]
  for (let start = 0; start < latest.length; start += rowsPerInsert) {
    const rows = latest.slice(start, start + rowsPerInsert)
    await tx
      .insert(failedDocument)
      .values(rows.map(({ id, ...rest }) => ({ ...rest, taskId, documentId: id, failedAt: clock })))
      .onConflictDoUpdate({
        target: [failedDocument.taskId, failedDocument.documentId],
        set: {
          status: sql`excluded.status`,
          reason: sql`excluded.reason`,
          body: sql`excluded.body`,
          failedAt: sql`excluded.failed_at`,
          resolvedAt: null,
        },
      })
  }
}
