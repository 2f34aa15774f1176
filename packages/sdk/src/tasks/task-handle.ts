import { snakeCaseKeys } from '../camel-case.ts'
import type {
  FailedDocument,
  FailedDocumentPage,
  Task,
  TaskCallback,
  TaskEvent,
  TaskItem,
  TaskItemPage,
  TaskLimits,
  TaskRates,
  TaskUpdate,
} from '../contract-types.ts'
import { readBody, readPage, type RequestOptions, type Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import { readSeenTask, type SeenTask } from './read-task.ts'
import { idPath } from '../id-path.ts'
import { followTask, listEvents, type UpdateOptions } from './task-updates.ts'
import { waitForTask, type WaitOptions } from './wait-for-task.ts'

export interface CancelOptions extends RequestOptions {
  /** Keeps what was built so far; otherwise the half-built index is removed. */
  keepIndex?: boolean | undefined
}

export interface FailedDocumentOptions extends RequestOptions {
  /** Also those that a later write made good. */
  resolved?: boolean | undefined
  /** The whole document of each, which may be of megabytes; otherwise its beginning. */
  body?: 'full' | undefined
}

/** A task on the server, and what was last seen of it. */
export interface TaskHandle {
  readonly id: string
  /** As it was when last seen, by whichever of the calls. */
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
   * What has happened to the task and what happens to it, until it has ended. Between the events of its history stand
   * updates of type `progress`, with the task as it is. Lives through restarts of the server.
   */
  events(options?: UpdateOptions): AsyncIterable<TaskUpdate>
  /** What has happened to the task so far, by ascending id. */
  history(options?: RequestOptions): AsyncIterable<TaskEvent>
  /**
   * Asks for the end of the task and gives it as it is then: still active while it clears away what it built.
   *
   * @throws ConflictError (code `task_state`) when it has ended
   */
  cancel(options?: CancelOptions): Promise<Task>
  /**
   * Makes a failed task go on from its checkpoints, and a cancelled one start over; `wait` then waits for the new
   * attempt.
   *
   * @throws ConflictError (code `task_state`) when it has neither failed nor was cancelled
   */
  retry(options?: RequestOptions): Promise<Task>
  /** Reads the rows of failed documents again and writes what has become of them. */
  redrive(options?: RequestOptions): Promise<Task>
  /** Makes a task that is at work slower or faster. */
  setLimits(limits: TaskLimits, options?: RequestOptions): Promise<Task>
  /** The pieces of its phases, fetched page by page as they are read. */
  items(options?: RequestOptions): AsyncIterable<TaskItem>
  /** How many documents it did, over its time. */
  rates(options?: RequestOptions): Promise<TaskRates>
  /** How the message to the task's `callback_url` fares, which is sent when the task has ended. */
  callback(options?: RequestOptions): Promise<TaskCallback>
  /** The rows that OpenSearch refused, by ascending id, fetched page by page as they are read. */
  failedDocuments(options?: FailedDocumentOptions): AsyncIterable<FailedDocument>
}

export function createTaskHandle(transport: Transport, seenFirst: SeenTask): TaskHandle {
  let seen = seenFirst
  const id = seen.task.taskId
  const path = idPath('task', id)
  const remember = (now: SeenTask) => void (seen = now)

  /** Asks for a change of the task, whose answer is the task as it is then. */
  async function change(request: Parameters<Transport['send']>[0]): Promise<Task> {
    remember(readSeenTask(await transport.send(request), transport.clock.now()))
    return seen.task
  }

  return {
    id,
    get task() {
      return seen.task
    },
    refresh: (options) => change({ ...options, path }),
    wait: (options) => waitForTask(transport, seen, remember, options),
    events: (options) => followTask(transport, seen, remember, options),
    history: (options) => listEvents(transport, id, options ?? {}),
    // The bodies may be empty, yet are there: only JSON may be posted.
    cancel: ({ keepIndex, ...options } = {}) =>
      change({ ...options, method: 'POST', path: `${path}/cancel`, body: { keep_index: keepIndex } }),
    retry: (options) => change({ ...options, method: 'POST', path: `${path}/retry`, body: {} }),
    redrive: (options) =>
      change({ ...options, method: 'POST', path: `${path}/failed_documents/redrive`, body: {} }),
    setLimits: (limits, options) =>
      change({ ...options, method: 'PATCH', path, body: snakeCaseKeys({ ...limits }) }),
    items: (options) =>
      iteratePages(
        async (page_token) => {
          const answer = await transport.send({ ...options, path: `${path}/items`, query: { page_token } })
          return readPage<TaskItemPage>(answer, 'items')
        },
        (page) => page.items,
      ),
    rates: async (options) =>
      readBody<TaskRates>(await transport.send({ ...options, path: `${path}/rates` }), 'rates', {
        rates: 'array',
      }),
    callback: async (options) =>
      readBody<TaskCallback>(await transport.send({ ...options, path: `${path}/callback` }), 'callback', {
        state: 'string',
      }),
    failedDocuments: ({ resolved, body, ...options } = {}) =>
      iteratePages(
        async (page_token) => {
          const query = { resolved, body, page_token }
          const answer = await transport.send({ ...options, path: `${path}/failed_documents`, query })
          return readPage<FailedDocumentPage>(answer, 'failedDocuments')
        },
        (page) => page.failedDocuments,
      ),
  }
}

/** Asks for a task once. */
export async function seeTask(
  transport: Transport,
  id: string,
  options: RequestOptions = {},
): Promise<SeenTask> {
  return readSeenTask(await transport.send({ ...options, path: idPath('task', id) }), transport.clock.now())
}
