import { and, asc, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { TaskEventType } from '../../contract/index.ts'
import { taskEvent } from '../history-schema.ts'
import type { EventQuery, TaskEvent } from '../task-history.ts'
import { isTaskId } from '../task-id.ts'
import { isWorthKeeping, quietMs, type OutageEvent } from '../task-state.ts'
import type { TaskRow } from '../task-record.ts'
import { clock, fromNow } from './database-clock.ts'
import type { Transaction } from './transaction.ts'

/** Key of the advisory lock: arbitrary, but the same in every process. */
const eventLock = 7_318_645_029_117_403n

type Subject = Pick<TaskRow, 'id' | 'phase' | 'attempt'>

/**
 * Records an event of a task in the transaction of the change, as its last statement.
 *
 * Ids are assigned under a lock that is held until the end of the transaction. Without it an event could become visible
 * after one with a larger id, and a reader that continues from there would miss it. There are only a few events per
 * phase.
 */
export async function recordEvent(
  tx: Transaction,
  { id: taskId, phase, attempt }: Subject,
  type: TaskEventType,
  data: Record<string, unknown> = {},
): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${eventLock})`)
  await tx.insert(taskEvent).values({ taskId, type, at: clock, phase, attempt, data })
}

/** Records the begin or end of an outage, unless the outage is intermittent. */
export async function recordOutageEvent(
  tx: Transaction,
  subject: Subject,
  type: OutageEvent['type'],
  data: Record<string, unknown> = {},
): Promise<void> {
  const kinds: OutageEvent['type'][] = ['waiting', 'resumed']
  const [last] = await tx
    .select({
      type: sql<OutageEvent['type']>`${taskEvent.type}`,
      recent: sql<boolean>`${taskEvent.at} > ${fromNow(-quietMs)}`,
    })
    .from(taskEvent)
    .where(
      and(
        eq(taskEvent.taskId, subject.id),
        eq(taskEvent.attempt, subject.attempt),
        inArray(taskEvent.type, kinds),
      ),
    )
    .orderBy(desc(taskEvent.id))
    .limit(1)
  if (isWorthKeeping(type, last)) await recordEvent(tx, subject, type, data)
}

export async function listEvents(
  db: PostgresJsDatabase,
  { taskId, after, limit }: EventQuery,
): Promise<TaskEvent[]> {
  if (taskId !== undefined && !isTaskId(taskId)) return []
  return db
    .select()
    .from(taskEvent)
    .where(
      and(
        taskId === undefined ? undefined : eq(taskEvent.taskId, taskId),
        after === undefined ? undefined : gt(taskEvent.id, after),
      ),
    )
    .orderBy(asc(taskEvent.id))
    .limit(limit)
}
