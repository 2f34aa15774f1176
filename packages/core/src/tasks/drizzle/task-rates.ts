import { asc, eq, sql, type ColumnsSelection, type WithSubquery } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { BoundBy } from '../../contract/index.ts'
import { taskRate } from '../history-schema.ts'
import { coarsenRates, maxRatePoints } from '../rates.ts'
import { task, workItem } from '../schema.ts'
import type { TaskRate } from '../task-history.ts'
import { isTaskId } from '../task-id.ts'
import type { TaskRow } from '../task-record.ts'
import { clock } from './database-clock.ts'
import { heldItem, type ItemLease } from './leases.ts'
import { activeWorkersOf } from './quota.ts'
import { lockTask } from './task-row.ts'
import { inTransaction, type Transaction } from './transaction.ts'

/** The task's row that another part of the same statement has locked and changed. */
interface ChangedTask extends WithSubquery<string, ColumnsSelection> {
  id: AnyPgColumn
  rateSeconds: AnyPgColumn
  documentsPerSecond: AnyPgColumn
}

interface AddedDocuments {
  documents: number
  boundBy?: BoundBy | null | undefined
}

/**
 * Part of a statement that adds the documents of a save to the task's rates, over the time since the item's last save:
 * `spreadDocuments` in SQL. `isNew` is true for an inserted point: see boundRates.
 */
export function addToRates(
  tx: Transaction,
  changedTask: ChangedTask,
  lease: ItemLease,
  { documents, boundBy = null }: AddedDocuments,
) {
  const { rateSeconds, documentsPerSecond } = changedTask
  // `materialized`, so that the clock is read once.
  const added = sql`
    with saved as materialized (
      select ${changedTask.id} as task_id, ${rateSeconds}::float8 as seconds, ${documents}::float8 as documents,
        extract(epoch from ${clock})::float8 as until,
        extract(epoch from (
          select progress_at from ${workItem} where ${heldItem(lease)} and ${workItem.taskId} = ${changedTask.id}
        ))::float8 as since,
        case when ${documentsPerSecond} is null then 0
          else ${documents}::float8 * ${activeWorkersOf(lease)} / ${documentsPerSecond} end as paced
      from ${changedTask}
      where ${documents}::bigint <> 0
    ), spread as (
      select *, least(until, greatest(coalesce(since, until), until - greatest(seconds, paced))) as "from" from saved
    ), parts as (
      select *, n * seconds as at,
        case when (n + 1) * seconds >= until then documents
          else round(documents * greatest(0, (n + 1) * seconds - "from") / (until - "from")) end
        - case when n * seconds <= "from" then 0
          else round(documents * (n * seconds - "from") / (until - "from")) end as part
      from spread, generate_series(floor("from" / seconds)::bigint, floor(until / seconds)::bigint) as n
    )
    select task_id, to_timestamp(at), part::bigint, ${boundBy}::text from parts where part <> 0`
  return (
    tx
      .insert(taskRate)
      .select(added)
      .onConflictDoUpdate({
        target: [taskRate.taskId, taskRate.at],
        set: {
          documents: sql`${taskRate.documents} + excluded.documents`,
          boundBy: sql`coalesce(excluded.bound_by, ${taskRate.boundBy})`,
        },
      })
      // xmax is 0 for an inserted row, and this transaction for an updated one.
      .returning({ isNew: sql<boolean>`xmax = 0`.as('is_new') })
  )
}

/**
 * Keeps the points of a task within `maxRatePoints` after an insert. In a transaction of its own, because the workers of
 * the task would wait for each count.
 */
export async function boundRates(db: PostgresJsDatabase, taskId: string): Promise<void> {
  const ofTask = eq(taskRate.taskId, taskId)
  const areTooMany = async (by: PostgresJsDatabase | Transaction) =>
    (await by.$count(taskRate, ofTask)) > maxRatePoints
  if (!(await areTooMany(db))) return
  await inTransaction(db, async (tx) => {
    const row = await lockTask(tx, taskId)
    // Another worker may have done it meanwhile.
    if (row && (await areTooMany(tx))) await doubleInterval(tx, row)
  })
}

async function doubleInterval(tx: Transaction, { id: taskId, rateSeconds }: TaskRow): Promise<void> {
  const ofTask = eq(taskRate.taskId, taskId)
  const seconds = rateSeconds * 2
  const rows = await tx.delete(taskRate).where(ofTask).returning()
  const points = rows.map(({ at, ...rest }) => ({ ...rest, at: Date.parse(at) }))
  const coarse = coarsenRates(points, seconds).map(({ at, ...rest }) => ({
    ...rest,
    taskId,
    at: new Date(at).toISOString(),
  }))
  await tx.insert(taskRate).values(coarse)
  await tx.update(task).set({ rateSeconds: seconds }).where(eq(task.id, taskId))
}

export async function listRates(db: PostgresJsDatabase, taskId: string): Promise<TaskRate[]> {
  if (!isTaskId(taskId)) return []
  return db
    .select({
      at: taskRate.at,
      seconds: task.rateSeconds,
      documents: taskRate.documents,
      boundBy: taskRate.boundBy,
    })
    .from(taskRate)
    .innerJoin(task, eq(task.id, taskRate.taskId))
    .where(eq(taskRate.taskId, taskId))
    .orderBy(asc(taskRate.at))
}
