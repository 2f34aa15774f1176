import type { Task } from '../contract-types.ts'
import { isRecord, readBody, type Answer } from '../http/index.ts'

/** A task as it was seen, and from when on the server finds it worth looking again. */
export interface SeenTask {
  task: Task
  /** Milliseconds since the epoch; undefined when the server didn't say. */
  lookAgainAt: number | undefined
}

/** Reads an answer that is a task, such as that of `GET /task/{id}`. */
export function readSeenTask(answer: Answer, now: number): SeenTask {
  const { retryAfterMs } = answer
  return {
    task: readBody<Task>(answer, 'task', { taskId: 'string', active: 'boolean' }),
    lookAgainAt: retryAfterMs === undefined ? undefined : now + retryAfterMs,
  }
}

/** Reads the answer of `POST /task`: the new task is in it. */
export function readScheduledTask(answer: Answer, now: number): SeenTask {
  const { body } = answer
  return readSeenTask({ ...answer, body: isRecord(body) ? body['task'] : undefined }, now)
}
