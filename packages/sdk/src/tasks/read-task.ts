import type { Task } from '../contract-types.ts'
import { isRecord, readBody, type ApiResponse } from '../http/index.ts'

/** A task at one time, and the earliest time of the next poll by the server's Retry-After. */
export interface TaskSnapshot {
  task: Task
  /** Milliseconds since the epoch; undefined without Retry-After. */
  pollAgainAt: number | undefined
}

/** Reads a response with a task, such as that of `GET /task/{id}`. */
export function readTaskSnapshot(answer: ApiResponse, now: number): TaskSnapshot {
  const { retryAfterMs } = answer
  return {
    task: readBody<Task>(answer, 'task', { taskId: 'string', active: 'boolean' }),
    pollAgainAt: retryAfterMs === undefined ? undefined : now + retryAfterMs,
  }
}

/** Reads the response of `POST /task`, which contains the new task. */
export function readScheduledTask(answer: ApiResponse, now: number): TaskSnapshot {
  const { body } = answer
  return readTaskSnapshot({ ...answer, body: isRecord(body) ? body['task'] : undefined }, now)
}
