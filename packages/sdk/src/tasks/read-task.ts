import type { FailedDocumentPage, Task, TaskPage } from '../contract-types.ts'
import { unexpectedShape, type Answer } from '../http/index.ts'

// What came back is checked here. The server is trusted to keep to its contract; enough is looked at to notice
// that something else answered.

/** A task as it was seen, and from when on the server finds it worth looking again. */
export interface SeenTask {
  task: Task
  /** Milliseconds since the epoch; undefined when the server didn't say. */
  lookAgainAt: number | undefined
}

/** Reads the answer of `GET /task/{id}`. */
export function readSeenTask(answer: Answer, now: number): SeenTask {
  const { body, retryAfterMs } = answer
  if (!isTask(body)) throw unexpectedShape('task', answer)
  return { task: body, lookAgainAt: retryAfterMs === undefined ? undefined : now + retryAfterMs }
}

/** Reads the answer of `POST /task`: the new task is in it. */
export function readScheduledTask(answer: Answer, now: number): SeenTask {
  const { body } = answer
  return readSeenTask({ ...answer, body: isRecord(body) ? body['task'] : undefined }, now)
}

export function readTaskPage(answer: Answer): TaskPage {
  const { body } = answer
  if (!isPage<TaskPage>(body, 'tasks')) throw unexpectedShape('page of tasks', answer)
  return body
}

export function readFailedDocumentPage(answer: Answer): FailedDocumentPage {
  const { body } = answer
  if (isPage<FailedDocumentPage>(body, 'failedDocuments')) return body
  throw unexpectedShape('page of failed documents', answer)
}

function isTask(value: unknown): value is Task {
  return isRecord(value) && typeof value['taskId'] === 'string' && typeof value['active'] === 'boolean'
}

function isPage<Page extends TaskPage | FailedDocumentPage>(
  value: unknown,
  items: keyof Page & string,
): value is Page {
  if (!isRecord(value) || !Array.isArray(value[items])) return false
  return value['nextPageToken'] === null || typeof value['nextPageToken'] === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
