import { and, eq, inArray, or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { isActive, task } from '../schema.ts'
import { idsFrom, toUtc, type TaskMatches } from '../task-query.ts'

/** The condition for tasks that match a query; only with columns of index `task_list`. */
export function matchTasks(query: TaskMatches): SQL | undefined {
  const { q, model, action, status, errorCode, index, requestedBy, active } = query
  const { createdAfter, createdBefore } = query
  return and(
    isOneOf(task.model, model),
    isOneOf(task.action, action),
    isOneOf(task.status, status),
    isOneOf(task.errorCode, errorCode),
    index === undefined ? undefined : eq(task.index, index),
    requestedBy === undefined ? undefined : eq(task.requestedBy, requestedBy),
    createdAfter === undefined ? undefined : sql`${task.createdAt} >= ${toUtc(createdAfter)}::timestamptz`,
    createdBefore === undefined ? undefined : sql`${task.createdAt} < ${toUtc(createdBefore)}::timestamptz`,
    active ? isActive(task.status) : undefined,
    q === undefined || q === '' ? undefined : containsText(q),
  )
}

function isOneOf(column: PgColumn, value: string | readonly string[] | undefined): SQL | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' ? eq(column, value) : inArray(column, [...value])
}

/** Index names and error codes are lower case; a requester may be anything. */
function containsText(text: string): SQL | undefined {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const ids = idsFrom(text)
  return or(
    sql`${task.index} like lower(${pattern})`,
    sql`${task.errorCode} like lower(${pattern})`,
    sql`lower(${task.requestedBy}) like lower(${pattern})`,
    ids ? sql`${task.id} between ${ids.from}::uuid and ${ids.to}::uuid` : undefined,
  )
}
