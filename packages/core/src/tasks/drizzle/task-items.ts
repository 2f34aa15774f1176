import { and, asc, eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { fromItemToken, toItemToken } from '../page-token.ts'
import { workItem } from '../schema.ts'
import type { ItemQuery, TaskItem } from '../task-history.ts'
import { isTaskId } from '../task-id.ts'
import { toTaskItem } from '../task-item.ts'
import { isHeld } from './database-clock.ts'

export async function listItems(
  db: PostgresJsDatabase,
  taskId: string,
  { pageSize, pageToken }: ItemQuery,
): Promise<{ items: TaskItem[]; nextPageToken: string | null }> {
  const end = pageToken === undefined ? null : fromItemToken(pageToken)
  if (!isTaskId(taskId)) return { items: [], nextPageToken: null }
  const rows = await db
    .select({
      stage: workItem.stage,
      phase: workItem.phase,
      ordinal: workItem.ordinal,
      attempt: workItem.attempt,
      worker: workItem.worker,
      leaseUntil: workItem.leaseUntil,
      startedAt: workItem.startedAt,
      doneAt: workItem.doneAt,
      payload: workItem.payload,
      checkpoint: workItem.checkpoint,
      isHeld: isHeld(workItem.leaseUntil),
    })
    .from(workItem)
    .where(
      and(
        eq(workItem.taskId, taskId),
        end === null
          ? undefined
          : sql`(${workItem.stage}, ${workItem.ordinal}) > (${end.stage}::int, ${end.ordinal}::int)`,
      ),
    )
    .orderBy(asc(workItem.stage), asc(workItem.ordinal))
    // One more than requested shows whether there is another page.
    .limit(pageSize + 1)
  const items = rows.slice(0, pageSize).map(toTaskItem)
  const last = items.at(-1)
  return { items, nextPageToken: last && rows.length > pageSize ? toItemToken(last) : null }
}
