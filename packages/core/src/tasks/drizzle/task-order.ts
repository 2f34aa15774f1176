import { asc, desc, sql, type SQL } from 'drizzle-orm'
import type { TaskSort } from '../../contract/index.ts'
import type { PageEnd } from '../page-token.ts'
import { task } from '../schema.ts'
import { notFinished } from '../task-place.ts'

/** An order of tasks as SQL; places are those of placeOf. */
interface TaskOrder {
  by: SQL[]
  /** The condition for the tasks after a page; absent for the first page. */
  after: SQL | undefined
  /** The time of the first page. */
  at: SQL<string>
}

/** @param end of the page before */
export function orderTasks(sort: TaskSort, end: PageEnd | null): TaskOrder {
  const at = end?.at == null ? sql`statement_timestamp()` : sql`${end.at}::timestamptz`
  const place = placeAsSql(sort, at)
  const direction = sort === 'oldest' ? asc : desc
  const isAfter = sort === 'oldest' ? sql`>` : sql`<`
  return {
    by: [direction(place), direction(task.id)],
    after: end ? sql`(${place}, ${task.id}) ${isAfter} (${toPlace(end)}, ${end.id}::uuid)` : undefined,
    at: at.mapWith<typeof task.createdAt>(task.createdAt),
  }
}

function placeAsSql(sort: TaskSort, at: SQL): SQL {
  if (sort === 'recently_finished') return sql`coalesce(${task.finishedAt}, ${sql.raw(`'${notFinished}'`)})`
  // least and greatest ignore null: a task that never started took no time.
  if (sort === 'longest')
    return sql`greatest(least(${task.finishedAt}, ${at}) - ${task.startedAt}, interval '0')`
  return sql`${task.createdAt}`
}

function toPlace({ sort, place }: PageEnd): SQL {
  return sort === 'longest' ? sql`${place}::bigint * interval '1 microsecond'` : sql`${place}::timestamptz`
}
