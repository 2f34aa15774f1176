import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { maxFailedDocuments, type Counts } from '../../contract/index.ts'
import { LeaseLostError } from '../../errors.ts'
import { accountedFor, assertBalanced, noCatchUp, noCounts, sensitiveIn } from '../counts.ts'
import { checkFailedLimit } from '../failed-document.ts'
import { task, workItem } from '../schema.ts'
import type { Lease, Progress } from '../task-store.ts'
import type { CatchUpCounts, Json, LeftOutCounts, Quota, TaskLimits } from '../task-values.ts'
import type { TaskRow } from '../task-record.ts'
import { readQuota } from './quota.ts'
import { clock } from './database-clock.ts'
import { recordOutageEvent } from './events.ts'
import { changeFailedDocuments } from './failed-documents.ts'
import { assertItemLease, heldItem, inStage, type ItemLease } from './leases.ts'
import { addToRates, boundRates } from './task-rates.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export async function saveProgress(db: PostgresJsDatabase, lease: Lease, progress: Progress): Promise<Quota> {
  assertItemLease(lease)
  const { checkpoint, counts = noCounts, catchUp = noCatchUp, failed = [], resolved = [] } = progress
  assertBalanced(counts)
  const { saved, quota } = await inTransaction(db, async (tx) => {
    const isAboutFailed = failed.length > 0 || resolved.length > 0
    const change = isAboutFailed ? await changeFailedDocuments(tx, lease, { failed, resolved }) : 0
    // Last, because other workers wait for the task's row from here to the commit.
    const saved = await save(
      tx,
      lease,
      { ...progress, counts, catchUp, moved: change - counts.failed },
      { checkpoint, lapses: 0, progressAt: clock },
    )
    if (failed.length > 0) await assertFailedLimit(tx, lease, saved)
    if (saved.isWaiting) await endWaiting(tx, await readSavedTask(tx, lease))
    return { saved, quota: await readQuota(tx, saved, lease) }
  })
  // The page is saved; a later point bounds them if this fails.
  if (saved.isNewPoint) await boundRates(db, saved.id).catch(() => undefined)
  return quota
}

export async function completeItem(db: PostgresJsDatabase, lease: Lease, result: Json): Promise<void> {
  assertItemLease(lease)
  await inTransaction(db, async (tx) => {
    const onItem = { result, doneAt: clock, leaseUntil: null }
    const saved = await save(tx, lease, { counts: noCounts, catchUp: noCatchUp }, onItem)
    if (saved.isWaiting) await endWaiting(tx, await readSavedTask(tx, lease))
  })
}

/** The columns needed after every page: few, because each takes time. */
const savedTask = {
  id: task.id,
  failed: task.failed,
  isWaiting: sql<boolean>`${task.waiting} is not null`.as('is_waiting'),
  rateSeconds: task.rateSeconds,
  documentsPerSecond: task.documentsPerSecond,
  inFlight: task.inFlight,
}
interface SavedTask extends TaskLimits {
  id: string
  failed: number
  isWaiting: boolean
  /** See boundRates. */
  isNewPoint: boolean
}

interface Added {
  counts: Counts
  catchUp: CatchUpCounts
  /** Rows that are counted as failed beyond `counts`: see moveToFailed. */
  moved?: number
  boundBy?: Progress['boundBy']
  leftOut?: Progress['leftOut']
}

/**
 * Changes the task, its item and its rates in one statement. It locks the task's row, which every worker of the task
 * needs. With three statements, the others would also wait for the round trips between them.
 *
 * The item is joined with the task's changed row, so the task is locked first: lockTask defines the order.
 *
 * @throws LeaseLostError when the lease is not held
 */
async function save(
  tx: Transaction,
  lease: ItemLease,
  added: Added,
  onItem: PgUpdateSetSource<typeof workItem>,
): Promise<SavedTask> {
  const changedTask = tx
    .$with('changed_task')
    .as(tx.update(task).set(addedColumns(added)).where(inStage(lease)).returning(savedTask))
  const changedItem = tx.$with('changed_item').as(
    tx
      .update(workItem)
      .set(onItem)
      .from(changedTask)
      .where(and(eq(workItem.taskId, changedTask.id), heldItem(lease)))
      .returning({ ordinal: workItem.ordinal }),
  )
  const documents = accountedFor(added.counts, added.catchUp)
  const point = tx
    .$with('point')
    .as(addToRates(tx, changedTask, lease, { documents, boundBy: added.boundBy }))
  const [saved] = await tx
    .with(changedTask, changedItem, point)
    .select({
      id: changedTask.id,
      failed: changedTask.failed,
      isWaiting: changedTask.isWaiting,
      documentsPerSecond: changedTask.documentsPerSecond,
      inFlight: changedTask.inFlight,
      isHeld: sql<boolean>`exists (select from ${changedItem})`,
      isNewPoint: sql<boolean>`coalesce((select bool_or(${point.isNew}) from ${point}), false)`,
    })
    .from(changedTask)
  if (!saved?.isHeld) throw new LeaseLostError(lease.taskId)
  return saved
}

function addedColumns({ counts, catchUp, moved = 0, ...added }: Added): PgUpdateSetSource<typeof task> {
  const { boundBy, leftOut = {} } = added
  const sums = {
    read: sql`${task.read} + ${counts.read}`,
    indexed: sql`${task.indexed} + ${counts.indexed}`,
    droppedDeleted: sql`${task.droppedDeleted} + ${counts.dropped.deleted}`,
    droppedRemovedFromSource: sql`${task.droppedRemovedFromSource} + ${counts.dropped.removed_from_source}`,
    droppedSensitive: sql`${task.droppedSensitive} + ${sensitiveIn(counts.dropped)}`,
    failed: sql`${task.failed} + ${counts.failed}`,
  }
  return {
    ...sums,
    ...(moved !== 0 && moveToFailed(sums, moved)),
    catchUpIndexed: sql`${task.catchUpIndexed} + ${catchUp.indexed}`,
    catchUpDeleted: sql`${task.catchUpDeleted} + ${catchUp.deleted}`,
    catchUpFailed: sql`${task.catchUpFailed} + ${catchUp.failed}`,
    // An undefined value leaves the column unchanged.
    boundBy,
    leftOut: mergeLeftOut(leftOut),
  }
}

/** `moveToFailed` of counts.ts in SQL. */
function moveToFailed(
  { indexed, failed, ...sums }: Record<'indexed' | 'failed' | 'read', SQL>,
  rows: number,
) {
  // At most as many back to indexed as have failed.
  const moved = sql`greatest(${rows}::bigint, -(${failed}))`
  const fromIndexed = sql`least(${moved}, greatest(0, ${indexed}))`
  return {
    indexed: sql`${indexed} - ${fromIndexed}`,
    failed: sql`${failed} + ${moved}`,
    read: sql`${sums.read} - ${fromIndexed} + ${moved}`,
  }
}

/** New value of the column; undefined if there is nothing to add, as after nearly every page. */
function mergeLeftOut(leftOut: LeftOutCounts) {
  if (Object.keys(leftOut).length === 0) return undefined
  return sql`(
    select json_object_agg(field, rows) from (
      select field, sum(rows::bigint) as rows from (
        select * from json_each_text(coalesce(${task.leftOut}, '{}'))
        union all select * from json_each_text(${JSON.stringify(leftOut)}::json)
      ) as counted (field, rows) group by field
    ) as summed
  )`
}

/** The whole row that a save has changed and locked; rarely needed. */
async function readSavedTask(tx: Transaction, { taskId }: ItemLease): Promise<TaskRow> {
  const [row] = await tx.select().from(task).where(eq(task.id, taskId))
  if (!row) throw new LeaseLostError(taskId)
  return row
}

/** @throws DocumentsFailedError when a task has too many unresolved failed documents */
async function assertFailedLimit(tx: Transaction, lease: ItemLease, { failed }: SavedTask): Promise<void> {
  if (failed > maxFailedDocuments) checkFailedLimit((await readSavedTask(tx, lease)).index, failed)
}

/** A save means progress, so the task no longer waits. */
async function endWaiting(tx: Transaction, row: TaskRow): Promise<void> {
  await tx.update(task).set({ waiting: null }).where(eq(task.id, row.id))
  await recordOutageEvent(tx, row, 'resumed')
}
