import { eq, getTableColumns } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { fromPageToken, toPageToken } from '../page-token.ts'
import { task } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import { placeOf } from '../task-place.ts'
import { toTaskRecord } from '../task-record.ts'
import type { TaskQuery, TaskRecord } from '../task-store.ts'
import { pageOfTasks } from './task-order.ts'

export async function getTask(db: PostgresJsDatabase, taskId: string): Promise<TaskRecord | null> {
  if (!isTaskId(taskId)) return null
  const [row] = await db.select().from(task).where(eq(task.id, taskId))
  return row ? toTaskRecord(row) : null
}

export async function listTasks(
  db: PostgresJsDatabase,
  query: TaskQuery,
): Promise<{ tasks: TaskRecord[]; nextPageToken: string | null }> {
  const { sort = 'newest', pageSize, pageToken } = query
  const end = pageToken === undefined ? null : fromPageToken(pageToken, sort)
  // One more than requested shows whether there is another page.
  const { page, by, at } = pageOfTasks(db, query, { sort, end, limit: pageSize + 1 })
  // The page is found in an index alone, and only then are its rows read: they are many times as large.
  const rows = await db
    .select({ row: getTableColumns(task), at })
    .from(page)
    .innerJoin(task, eq(task.id, page.id))
    .orderBy(...by)
  const tasks = rows.slice(0, pageSize).map(({ row }) => toTaskRecord(row))
  const last = tasks.at(-1)
  const firstAt = rows[0]?.at
  if (!last || firstAt === undefined || rows.length <= pageSize) return { tasks, nextPageToken: null }
  const place = placeOf(sort, last, firstAt)
  return { tasks, nextPageToken: toPageToken({ sort, place, id: last.id, at: firstAt }) }
}
