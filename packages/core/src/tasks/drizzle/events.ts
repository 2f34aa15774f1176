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

/** Any number of our own: it only has to be the same in every process. */
const eventLock = 7_318_645_029_117_403n

type Subject = Pick<TaskRow, 'id' | 'phase' | 'attempt'>

/**
 * Writes down what happens to a task, in the transaction in which it does: the last thing that transaction does.
 *
 * Ids are given out under a lock that is held to the end of the transaction. Without it an event could come to light
 * behind one with a larger id, and a reader that continues there would miss it. Events are few: a handful a phase.
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

/** The same for the begin and end of an outage, unless it only flickers. */
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
