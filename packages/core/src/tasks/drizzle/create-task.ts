import { eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { TaskNotFoundError } from '../../errors.ts'
import { task } from '../schema.ts'
import { createTaskId, isTaskId } from '../task-id.ts'
import { notRetryable } from '../task-state.ts'
import type { NewTask, TaskRecord } from '../task-store.ts'
import { takeReservations } from './reservations.ts'
import { lockTask, onlyRow, toTaskRecord } from './task-row.ts'
import { inTransaction } from './transaction.ts'

export function createTask(
  db: PostgresJsDatabase,
  { index, requestedBy, state = {}, ...rest }: NewTask,
): Promise<TaskRecord> {
  // The id's time only keeps new ids together in an index; created_at is the database's.
  const id = createTaskId(Date.now())
  return inTransaction(db, async (tx) => {
    const values = { ...rest, id, indexName: index, requestedBy: requestedBy ?? null, state }
    const row = onlyRow(await tx.insert(task).values(values).returning())
    await takeReservations(tx, id, rest.reserve)
    return toTaskRecord(row)
  })
}

export function retryTask(db: PostgresJsDatabase, taskId: string): Promise<TaskRecord> {
  return inTransaction(db, async (tx) => {
    const row = isTaskId(taskId) ? await lockTask(tx, taskId) : undefined
    if (!row) throw new TaskNotFoundError(taskId)
    if (row.status !== 'failed') throw notRetryable(taskId, row.status)
    const stage = row.lastStage + 1
    const queued = {
      status: 'queued',
      phase: 'planning',
      stage,
      lastStage: stage,
      attempt: row.attempt + 1,
      error: null,
      finishedAt: null,
      waiting: null,
      leaseUntil: null,
    } as const
    const retried = onlyRow(await tx.update(task).set(queued).where(eq(task.id, taskId)).returning())
    await takeReservations(tx, taskId, row.reserve)
    return toTaskRecord(retried)
  })
}
