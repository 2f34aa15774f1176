import type { FailedDocument, Task } from '../contract-types.ts'
import type { Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import { readFailedDocumentPage, readSeenTask, type SeenTask } from './read-task.ts'
import { taskPath } from './task-path.ts'
import { waitForTask, type WaitOptions } from './wait-for-task.ts'

export interface RequestOptions {
  signal?: AbortSignal | undefined
}

/** A task on the server, and what was last seen of it. */
export interface TaskHandle {
  readonly id: string
  /** As it was when last seen: by the call that gave this handle, `refresh`, `wait` or `retry`. */
  readonly task: Task
  /** Looks at the task once. */
  refresh(options?: RequestOptions): Promise<Task>
  /**
   * Waits until the task has ended, and gives it when it succeeded. Lives through restarts of the server.
   *
   * @throws TaskFailedError, TaskCancelledError, WaitTimeoutError, or the signal's reason
   */
  wait(options?: WaitOptions): Promise<Task>
  /**
   * Makes a failed task go on from its checkpoints; `wait` then waits for the new attempt.
   *
   * @throws ConflictError (code `task_state`) when it has not failed
   */
  retry(options?: RequestOptions): Promise<Task>
  /** The rows that OpenSearch refused, by ascending id, fetched page by page as they are read. */
  failedDocuments(options?: RequestOptions): AsyncIterable<FailedDocument>
}

export function createTaskHandle(transport: Transport, seenFirst: SeenTask): TaskHandle {
  let seen = seenFirst
  const id = seen.task.taskId
  const remember = (now: SeenTask) => void (seen = now)

  async function refresh({ signal }: RequestOptions = {}): Promise<Task> {
    remember(await seeTask(transport, id, signal))
    return seen.task
  }

  async function retry({ signal }: RequestOptions = {}): Promise<Task> {
    remember(await retryTask(transport, id, signal))
    return seen.task
  }

  return {
    id,
    get task() {
      return seen.task
    },
    refresh,
    wait: (options) => waitForTask(transport, seen, remember, options),
    retry,
    failedDocuments: ({ signal } = {}) =>
      iteratePages(
        async (page_token) => {
          const path = `${taskPath(id)}/failed_documents`
          return readFailedDocumentPage(
            await transport.send({ method: 'GET', path, query: { page_token }, signal }),
          )
        },
        (page) => page.failedDocuments,
      ),
  }
}

/** Asks for a task once. */
export async function seeTask(transport: Transport, id: string, signal?: AbortSignal): Promise<SeenTask> {
  const answer = await transport.send({ method: 'GET', path: taskPath(id), signal })
  return readSeenTask(answer, transport.clock.now())
}

/** Makes a failed task go on, and looks at what it is then. */
export async function retryTask(transport: Transport, id: string, signal?: AbortSignal): Promise<SeenTask> {
  // The body is empty, yet there: only JSON may be posted.
  await transport.send({ method: 'POST', path: `${taskPath(id)}/retry`, body: {}, signal })
  return seeTask(transport, id, signal)
}
