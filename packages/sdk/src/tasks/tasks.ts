import { toWire } from '../camel-case.ts'
import type { NewTask, Task, TaskFilter, TaskMatch, TaskPage, TaskSummary } from '../contract-types.ts'
import { readBody, readPage, type RequestOptions, type Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import { createAction, type StartAction } from './start-task.ts'
import { createTaskHandle, fetchTask, type TaskHandle } from './task-handle.ts'

/** Starts, lists and reads tasks. */
export interface Tasks {
  /**
   * Starts a task of any action; each action also has a method of its own on the client.
   *
   * @example
   * const task = await client.tasks.create({ action: 'REINDEX', model: 'image', indexSuffix: '20231106' })
   * await task.wait()
   */
  readonly create: StartAction<NewTask>
  /**
   * Fetches a task once.
   *
   * @throws NotFoundError
   */
  get(id: string, options?: RequestOptions): Promise<Task>
  /**
   * One page, newest first unless `sort` says otherwise. `nextPageToken` goes into the next call's `pageToken`; null on
   * the last page.
   *
   * @throws BadRequestError for a page token of another order
   * @example
   * const { tasks } = await client.tasks.list({ q: '20231106', status: ['failed', 'cancelled'], sort: 'longest' })
   */
  list(filter?: TaskFilter, options?: RequestOptions): Promise<TaskPage>
  /** All tasks that match the filter, in the order of `list`, fetched page by page as they are read. */
  iterate(filter?: TaskFilter, options?: RequestOptions): AsyncIterable<Task>
  /**
   * Counts of the tasks that match by status, failed ones by error code, and the usual duration of tasks in seconds.
   * `status` changes nothing in it.
   *
   * @example
   * const { counts, failures } = await client.tasks.summary({ model: 'image', createdAfter: '2026-11-28T00:00:00Z' })
   */
  summary(match?: TaskMatch, options?: RequestOptions): Promise<TaskSummary>
  /**
   * A handle to wait for, cancel or retry a task that was started earlier, for example from a stored id.
   *
   * @throws NotFoundError
   */
  handle(id: string, options?: RequestOptions): Promise<TaskHandle>
}

export function createTasks(transport: Transport): Tasks {
  const list: Tasks['list'] = async (filter = {}, options = {}) => {
    const query = toWire(filter)
    return readPage<TaskPage>(await transport.send({ ...options, path: 'task', query }), 'tasks')
  }

  return {
    create: createAction<NewTask>(transport, (request) => ({
      path: 'task',
      body: toWire<unknown>({ ...request }),
    })),
    get: async (id, options) => (await fetchTask(transport, id, options)).task,
    list,
    iterate: (filter = {}, options) =>
      iteratePages(
        (pageToken) => list({ ...filter, pageToken }, options),
        (page) => page.tasks,
        filter.pageToken,
      ),
    summary: async (match = {}, options) =>
      readBody<TaskSummary>(
        await transport.send({ ...options, path: 'task/summary', query: toWire(match) }),
        'summary of tasks',
        { failures: 'array', durations: 'array' },
      ),
    handle: async (id, options) => createTaskHandle(transport, await fetchTask(transport, id, options)),
  }
}
