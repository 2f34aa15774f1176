import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { fromPageToken, toPageToken, type PageEnd } from '../page-token.ts'
import { isActive, task } from '../schema.ts'
import { isTaskId } from '../task-id.ts'
import { toTaskRecord } from '../task-record.ts'
import type { TaskQuery, TaskRecord } from '../task-store.ts'

export async function getTask(db: PostgresJsDatabase, taskId: string): Promise<TaskRecord | null> {
  if (!isTaskId(taskId)) return null
  const [row] = await db.select().from(task).where(eq(task.id, taskId))
  return row ? toTaskRecord(row) : null
}

export async function listTasks(
  db: PostgresJsDatabase,
  query: TaskQuery,
): Promise<{ tasks: TaskRecord[]; nextPageToken: string | null }> {
  const { model, action, status, index, requestedBy, active, pageSize, pageToken } = query
  const rows = await db
    .select()
    .from(task)
    .where(
      and(
        model === undefined ? undefined : eq(task.model, model),
        action === undefined ? undefined : eq(task.action, action),
        status === undefined ? undefined : hasStatus(status),
        index === undefined ? undefined : eq(task.index, index),
        requestedBy === undefined ? undefined : eq(task.requestedBy, requestedBy),
        active ? isActive(task.status) : undefined,
        pageToken === undefined ? undefined : isBelow(fromPageToken(pageToken)),
      ),
    )
    .orderBy(desc(task.createdAt), desc(task.id))
    // One more than requested shows whether there is another page.
    .limit(pageSize + 1)
  const tasks = rows.slice(0, pageSize).map(toTaskRecord)
  const last = tasks.at(-1)
  return { tasks, nextPageToken: last && rows.length > pageSize ? toPageToken(last) : null }
}

function hasStatus(status: NonNullable<TaskQuery['status']>) {
  return typeof status === 'string' ? eq(task.status, status) : inArray(task.status, [...status])
}

function isBelow({ createdAt, id }: PageEnd) {
  return sql`(${task.createdAt}, ${task.id}) < (${createdAt}::timestamptz, ${id}::uuid)`
}
