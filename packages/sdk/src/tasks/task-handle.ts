import { toWire } from '../camel-case.ts'
import type {
  FailedDocument,
  FailedDocumentPage,
  FailedDocumentSummary,
  Task,
  TaskCallback,
  TaskEvent,
  TaskItem,
  TaskItemPage,
  TaskItemSummary,
  TaskLimits,
  TaskRates,
  TaskUpdate,
} from '../contract-types.ts'
import { readBody, readPage, type RequestOptions, type Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import { readTaskSnapshot, type TaskSnapshot } from './read-task.ts'
import { idPath } from '../id-path.ts'
import { followTask, listEvents, type UpdateOptions } from './task-updates.ts'
import { waitForTask, type WaitOptions } from './wait-for-task.ts'

export interface CancelOptions extends RequestOptions {
  /** Keeps the partly built index; otherwise it is removed. */
  keepIndex?: boolean | undefined
}

export interface FailedDocumentOptions extends RequestOptions {
  /** Includes documents that a later write resolved. */
  resolved?: boolean | undefined
  /** `full`: each whole document, which may have megabytes; otherwise its beginning. */
  body?: 'full' | undefined
}

/** A task on the server, with its last known state. */
export interface TaskHandle {
  readonly id: string
  /** The last known state, from any call. */
  readonly task: Task
  /** Fetches the task once. */
  refresh(options?: RequestOptions): Promise<Task>
  /**
   * Waits until the task has ended, and returns it when it succeeded. Survives restarts of the server.
   *
   * @throws TaskFailedError, TaskCancelledError, WaitTimeoutError, or the signal's reason
   * @example
   * const { documents } = await handle.wait({
   *   timeoutMs: 3_600_000,
   *   onProgress: ({ phase, progress }) => console.log(`${phase}: ${progress}%`),
   * })
   */
  wait(options?: WaitOptions): Promise<Task>
  /**
   * The past and future events of the task, until it has ended. Between the events of its history it yields updates of
   * type `progress` with the current task. Survives restarts of the server.
   *
   * @example
   * for await (const update of handle.events()) {
   *   if (update.type === 'progress') console.log(update.task.counts, update.task.etaSeconds)
   *   else console.log(update.id, update.at, update.type, update.data)
   * }
   */
  events(options?: UpdateOptions): AsyncIterable<TaskUpdate>
  /** The events of the task so far, by ascending id. */
  history(options?: RequestOptions): AsyncIterable<TaskEvent>
  /**
   * Requests cancellation and returns the task: it stays active while it removes what it built.
   *
   * @throws ConflictError (code `task_state`) when it has ended
   */
  cancel(options?: CancelOptions): Promise<Task>
  /**
   * Resumes a failed task from its checkpoints, or restarts a cancelled one; `wait` then waits for the new
   * attempt.
   *
   * @throws ConflictError (code `task_state`) when it has neither failed nor was cancelled
   */
  retry(options?: RequestOptions): Promise<Task>
  /** Reads the rows of failed documents again and writes their current state. */
  redrive(options?: RequestOptions): Promise<Task>
  /** Changes the limits of an active task. */
  setLimits(limits: TaskLimits, options?: RequestOptions): Promise<Task>
  /** The items of its phases, fetched page by page as they are read. */
  items(options?: RequestOptions): AsyncIterable<TaskItem>
  /**
   * The phases with their items, in at most a few hundred parts each. A repeated phase has an entry for each time.
   *
   * @example
   * const { stages } = await handle.itemSummary()
   * for (const { phase, done, items } of stages) console.log(`${phase}: ${done} of ${items}`)
   */
  itemSummary(options?: RequestOptions): Promise<TaskItemSummary>
  /**
   * The rows that OpenSearch refused, also those that were written later, grouped by reason.
   *
   * @example
   * const { reasons } = await handle.failedDocumentSummary()
   * for (const { documents, examples } of reasons) console.log(documents, examples[0]?.reason)
   */
  failedDocumentSummary(options?: RequestOptions): Promise<FailedDocumentSummary>
  /** The number of processed documents over time. */
  rates(options?: RequestOptions): Promise<TaskRates>
  /** The delivery of the webhook to the task's `callback_url`, which is sent when the task has ended. */
  callback(options?: RequestOptions): Promise<TaskCallback>
  /** The rows that OpenSearch refused, by ascending id, fetched page by page as they are read. */
  failedDocuments(options?: FailedDocumentOptions): AsyncIterable<FailedDocument>
}

export function createTaskHandle(transport: Transport, first: TaskSnapshot): TaskHandle {
  let latest = first
  const id = latest.task.taskId
  const path = idPath('task', id)
  const remember = (now: TaskSnapshot) => void (latest = now)

  /** Sends a change of the task; the response is the task after it. */
  async function change(request: Parameters<Transport['send']>[0]): Promise<Task> {
    remember(readTaskSnapshot(await transport.send(request), transport.clock.now()))
    return latest.task
  }

  return {
    id,
    get task() {
      return latest.task
    },
    refresh: (options) => change({ ...options, path }),
    wait: (options) => waitForTask(transport, latest, remember, options),
    events: (options) => followTask(transport, latest, remember, options),
    history: (options) => listEvents(transport, id, options ?? {}),
    // The bodies may be empty, but are sent: the server accepts only JSON.
    cancel: ({ keepIndex, ...options } = {}) =>
      change({ ...options, method: 'POST', path: `${path}/cancel`, body: { keep_index: keepIndex } }),
    retry: (options) => change({ ...options, method: 'POST', path: `${path}/retry`, body: {} }),
    redrive: (options) =>
      change({ ...options, method: 'POST', path: `${path}/failed_documents/redrive`, body: {} }),
    setLimits: (limits, options) =>
      change({ ...options, method: 'PATCH', path, body: toWire({ ...limits }) }),
    items: (options) =>
      iteratePages(
        async (page_token) => {
          const answer = await transport.send({ ...options, path: `${path}/items`, query: { page_token } })
          return readPage<TaskItemPage>(answer, 'items')
        },
        (page) => page.items,
      ),
    itemSummary: async (options) =>
      readBody<TaskItemSummary>(
        await transport.send({ ...options, path: `${path}/items/summary` }),
        'items summary',
        { stages: 'array' },
      ),
    failedDocumentSummary: async (options) =>
      readBody<FailedDocumentSummary>(
        await transport.send({ ...options, path: `${path}/failed_documents/summary` }),
        'failed documents summary',
        { reasons: 'array' },
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

/** Fetches a task once. */
export async function fetchTask(
  transport: Transport,
  id: string,
  options: RequestOptions = {},
): Promise<TaskSnapshot> {
  return readTaskSnapshot(
    await transport.send({ ...options, path: idPath('task', id) }),
    transport.clock.now(),
  )
}
