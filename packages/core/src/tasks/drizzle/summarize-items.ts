import { and, asc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import { alias, type AnyPgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { maxItemParts, type TaskItemPart, type TaskItemSummary } from '../../contract/index.ts'
import { workItem } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import { shareOf, toProgress } from '../task-item.ts'
import type { Json } from '../task-store.ts'
import { isHeld } from './database-clock.ts'
import { inTransaction, type Transaction } from './transaction.ts'

type ItemStage = TaskItemSummary['stages'][number]

/**
 * Postgres counts the items; only those that are begun, and the first and last of each part, are read. A task has
 * thousands of items, and a worker for few of them.
 */
export async function summarizeItems(db: PostgresJsDatabase, taskId: string): Promise<TaskItemSummary> {
  if (!isTaskId(taskId)) return { stages: [] }
  // One snapshot: an item that is done is not counted as begun too.
  const read = async (tx: Transaction) => ({
    groups: await countItems(tx, taskId),
    begun: await listBegun(tx, taskId),
  })
  const { groups, begun } = await inTransaction(db, read, { mode: 'repeatable read read only' })
  const stages: ItemStage[] = []
  for (const { stage, phase, part, first, firstPayload, lastPayload, ...group } of groups) {
    if (part === null) stages.push({ stage, phase, ...group, parts: [] })
    else
      stages
        .at(-1)
        ?.parts.push({ first, ...group, range: toRange(firstPayload, lastPayload), share: group.done })
  }
  for (const { stage, ordinal, payload, checkpoint } of begun) {
    const part = stages.find((each) => each.stage === stage)?.parts.findLast(({ first }) => first <= ordinal)
    if (part) part.share += shareOf({ state: 'open', ...toProgress(payload, checkpoint, false) })
  }
  for (const part of stages.flatMap(({ parts }) => parts)) part.share /= part.items
  return { stages }
}

function toRange(first: Json, last: Json): TaskItemPart['range'] {
  const [from, to] = [toProgress(first, null, false).range, toProgress(last, null, false).range]
  return from && to && { after: from.after, end: to.end }
}

/** Each stage, with part null, followed by its parts. */
function countItems(tx: Transaction, taskId: string) {
  const items = tx
    .select({
      stage: workItem.stage,
      ordinal: workItem.ordinal,
      attempt: workItem.attempt,
      startedAt: workItem.startedAt,
      doneAt: workItem.doneAt,
      isHeld: isHeld(workItem.leaseUntil).as('is_held'),
      // From 0 on, all of the same number of items but for the last.
      part: sql<number>`(row_number() over (partition by ${workItem.stage} order by ${workItem.ordinal}) - 1)
        / ceil(count(*) over (partition by ${workItem.stage}) / ${maxItemParts}::numeric)::bigint`.as('part'),
    })
    .from(workItem)
    .where(eq(workItem.taskId, taskId))
    .as('items')
  const groups = tx
    .select({
      stage: items.stage,
      part: sql<number | null>`${items.part}::float8`.as('part'),
      first: sql<number>`min(${items.ordinal})`.as('first'),
      last: sql<number>`max(${items.ordinal})`.as('last'),
      items: sql<number>`count(*)::float8`.as('items'),
      done: sql<number>`count(${items.doneAt})::float8`.as('done'),
      claimed: sql<number>`(count(*) filter (where ${items.doneAt} is null and ${items.isHeld}))::float8`.as(
        'claimed',
      ),
      repeated: sql<number>`sum(greatest(${items.attempt} - 1, 0))::float8`.as('repeated'),
      started_at: sql<string | null>`min(${items.startedAt})`.mapWith(workItem.startedAt).as('first_start'),
      finished_at: sql<string | null>`max(${items.doneAt})`.mapWith(workItem.doneAt).as('last_end'),
    })
    .from(items)
    .groupBy(sql`grouping sets ((${items.stage}), (${items.stage}, ${items.part}))`)
    .as('groups')
  const [first, last] = [alias(workItem, 'first_item'), alias(workItem, 'last_item')]
  const isItem = (item: Record<'taskId' | 'stage' | 'ordinal', AnyPgColumn>, ordinal: SQL.Aliased<number>) =>
    and(eq(item.taskId, taskId), eq(item.stage, groups.stage), eq(item.ordinal, ordinal))
  return tx
    .select({
      stage: groups.stage,
      phase: first.phase,
      part: groups.part,
      first: groups.first,
      items: groups.items,
      done: groups.done,
      claimed: groups.claimed,
      repeated: groups.repeated,
      started_at: groups.started_at,
      finished_at: groups.finished_at,
      firstPayload: first.payload,
      lastPayload: last.payload,
    })
    .from(groups)
    .innerJoin(first, isItem(first, groups.first))
    .innerJoin(last, isItem(last, groups.last))
    .orderBy(asc(groups.stage), sql`${groups.part} nulls first`)
}

function listBegun(tx: Transaction, taskId: string) {
  return tx
    .select({
      stage: workItem.stage,
      ordinal: workItem.ordinal,
      payload: workItem.payload,
      checkpoint: workItem.checkpoint,
    })
    .from(workItem)
    .where(and(eq(workItem.taskId, taskId), isNull(workItem.doneAt), isNotNull(workItem.checkpoint)))
    .orderBy(asc(workItem.stage), asc(workItem.ordinal))
}
