import { and, asc, desc, isNull, or, sql, type SQL } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { TaskSort } from '../../contract/index.ts'
import type { PageEnd } from '../page-token.ts'
import { isFinished, task, timeTaken } from '../schema.ts'
import { notFinished } from '../task-place.ts'
import type { TaskMatches } from '../task-query.ts'
import { selectMatches, type Matches } from './match-tasks.ts'

interface PageOptions {
  sort: TaskSort
  /** Of the page before; null: the first page. */
  end: PageEnd | null
  limit: number
}

/**
 * The ids of a page of tasks, its order, and the time of the first page. Places are those of placeOf.
 *
 * @returns page, a subquery
 */
export function pageOfTasks(db: PostgresJsDatabase, query: TaskMatches, { sort, end, limit }: PageOptions) {
  const isOldestFirst = sort === 'oldest'
  const direction = isOldestFirst ? asc : desc
  const at = end?.at == null ? sql`statement_timestamp()` : sql`${end.at}::timestamptz`

  /** A page of some tasks in the order of a place. */
  const take = (found: Matches, place: SQL) =>
    db
      .select({ id: found.id, place: place.as('place') })
      .from(found)
      .where(isAfter(end, place, found.id))
      .orderBy(direction(place), direction(found.id))
      .limit(limit)
  const select = (condition?: SQL) => selectMatches(db, query, { isOldestFirst, condition })

  const takePage = () => {
    const found = select()
    if (sort === 'recently_finished') return take(found, sql`${found.finishedAt}`)
    if (sort !== 'longest') return take(found, sql`${found.createdAt}`)
    // Of the tasks that match a text, all are read in any case.
    if (query.q) return take(found, timeUntil(at, found))
    // An index has the times of those that have finished; how long the others take depends on the time of the list.
    const finished = select(and(isFinished(task.finishedAt), sql`${task.finishedAt} <= ${at}`))
    const others = select(or(isNull(task.finishedAt), sql`${task.finishedAt} > ${at}`))
    return unionAll(
      take(finished, timeTaken(finished.startedAt, finished.finishedAt)),
      take(others, timeUntil(at, others)),
    )
      .orderBy(sql`place desc`, sql`id desc`)
      .limit(limit)
  }
  const page = takePage().as('page')
  return {
    page,
    by: [direction(page.place), direction(page.id)],
    at: at.mapWith<typeof task.createdAt>(task.createdAt),
  }
}

/** least and greatest ignore null: a task that never started took no time. */
function timeUntil(at: SQL, { startedAt, finishedAt }: Matches): SQL {
  return sql`greatest(least(${finishedAt}, ${at}) - ${startedAt}, interval '0')`
}

/** The condition for the tasks after a page. */
function isAfter(end: PageEnd | null, place: SQL, id: Matches['id']): SQL | undefined {
  if (end === null) return undefined
  // Postgres sorts null as the largest.
  if (end.place === notFinished) return sql`(${place} is not null or ${id} < ${end.id}::uuid)`
  const { sort } = end
  const last =
    sort === 'longest' ? sql`${end.place}::bigint * interval '1 microsecond'` : sql`${end.place}::timestamptz`
  return sql`(${place}, ${id}) ${sql.raw(sort === 'oldest' ? '>' : '<')} (${last}, ${end.id}::uuid)`
}
