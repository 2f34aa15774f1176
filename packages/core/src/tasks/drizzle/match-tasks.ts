import { and, asc, desc, eq, inArray, or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { isActive, searchText, task } from '../schema.ts'
import { idsFrom, toUtc, type TaskMatches } from '../task-query.ts'

/** Above every number of tasks, and above 1, which is the largest part of a number for the planner. */
const noLimit = 2_147_483_647

const columns = {
  id: task.id,
  status: task.status,
  errorCode: task.errorCode,
  createdAt: task.createdAt,
  startedAt: task.startedAt,
  finishedAt: task.finishedAt,
}

export type Matches = ReturnType<typeof selectMatches>

/**
 * The tasks that match a query, as a subquery. Only with columns of index `task_search`.
 *
 * @param condition a further one
 */
export function selectMatches(
  db: Pick<PostgresJsDatabase, 'select'>,
  query: TaskMatches,
  { isOldestFirst = false, condition }: { isOldestFirst?: boolean; condition?: SQL | undefined } = {},
) {
  const { q = '' } = query
  // The texts have a line each, so a text of several lines is in none of them but by chance.
  const hasLines = q.includes('\n')
  const matches = and(matchTasks(query), condition, hasLines ? containsLines(q) : undefined)
  if (q === '' || hasLines) return db.select(columns).from(task).where(matches).as('found')
  // The planner can't know how rare a text is, and reading the whole index is much faster than the table. The order
  // makes it use the index, and the limit makes it search afterwards.
  const direction = isOldestFirst ? asc : desc
  const read = db
    .select({ ...columns, text: searchText(task).as('text') })
    .from(task)
    .where(matches)
    .orderBy(direction(task.createdAt), direction(task.id))
    .limit(noLimit)
    .as('read')
  const { id, status, errorCode, createdAt, startedAt, finishedAt } = read
  return db
    .select({ id, status, errorCode, createdAt, startedAt, finishedAt })
    .from(read)
    .where(or(isLike(read.text, q), startsId(read.id, q)))
    .as('found')
}

function matchTasks(query: TaskMatches): SQL | undefined {
  const { model, action, status, errorCode, index, requestedBy, active } = query
  const { createdAfter, createdBefore, finishedAfter, finishedBefore } = query
  return and(
    isOneOf(task.model, model),
    isOneOf(task.action, action),
    isOneOf(task.status, status),
    isOneOf(task.errorCode, errorCode),
    index === undefined ? undefined : eq(task.index, index),
    requestedBy === undefined ? undefined : eq(task.requestedBy, requestedBy),
    isSince(task.createdAt, createdAfter),
    isBefore(task.createdAt, createdBefore),
    isSince(task.finishedAt, finishedAfter),
    isBefore(task.finishedAt, finishedBefore),
    active ? isActive(task.status) : undefined,
  )
}

function isOneOf(column: PgColumn, value: string | readonly string[] | undefined): SQL | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' ? eq(column, value) : inArray(column, [...value])
}

function isSince(column: PgColumn, moment: string | undefined): SQL | undefined {
  return moment === undefined ? undefined : sql`${column} >= ${toUtc(moment)}::timestamptz`
}

function isBefore(column: PgColumn, moment: string | undefined): SQL | undefined {
  return moment === undefined ? undefined : sql`${column} < ${toUtc(moment)}::timestamptz`
}

function containsLines(text: string): SQL | undefined {
  const { index, errorCode, requestedBy } = task
  return or(...[index, errorCode, requestedBy].map((column) => isLike(sql`lower(${column})`, text)))
}

function isLike(lowerCase: SQL | SQL.Aliased<string>, text: string): SQL {
  return sql`${lowerCase} like lower(${`%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`})`
}

function startsId(id: PgColumn, text: string): SQL | undefined {
  const ids = idsFrom(text)
  return ids ? sql`${id} between ${ids.from}::uuid and ${ids.to}::uuid` : undefined
}
