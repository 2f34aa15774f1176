import { snakeCaseKeys } from '../camel-case.ts'
import type { Task, TaskFilter, TaskPage } from '../contract-types.ts'
import type { Transport } from '../http/index.ts'
import { iteratePages } from './pages.ts'
import { readTaskPage } from './read-task.ts'
import { createTaskHandle, retryTask, seeTask, type RequestOptions, type TaskHandle } from './task-handle.ts'

/** What was asked of the server, and what became of it. */
export interface Tasks {
  /** @throws NotFoundError */
  get(id: string, options?: RequestOptions): Promise<Task>
  /** One page, newest first. `nextPageToken` goes into the next call's `pageToken`; null on the last page. */
  list(filter?: TaskFilter, options?: RequestOptions): Promise<TaskPage>
  /** All tasks that fit the filter, newest first, fetched page by page as they are read. */
  iterate(filter?: TaskFilter, options?: RequestOptions): AsyncIterable<Task>
  /**
   * A handle to wait for a task that somebody started earlier, for example from an id that was kept.
   *
   * @throws NotFoundError
   */
  handle(id: string, options?: RequestOptions): Promise<TaskHandle>
  /** Makes a failed task go on from its checkpoints, as `retry` of its handle does. */
  retry(id: string, options?: RequestOptions): Promise<TaskHandle>
}

export function createTasks(transport: Transport): Tasks {
  const list: Tasks['list'] = async (filter = {}, { signal } = {}) => {
    const query = snakeCaseKeys(filter)
    return readTaskPage(await transport.send({ method: 'GET', path: 'task', query, signal }))
  }

  return {
    get: async (id, { signal } = {}) => (await seeTask(transport, id, signal)).task,
    list,
    iterate: (filter = {}, options) =>
      iteratePages(
        (pageToken) => list({ ...filter, pageToken }, options),
        (page) => page.tasks,
        filter.pageToken,
      ),
    handle: async (id, { signal } = {}) => createTaskHandle(transport, await seeTask(transport, id, signal)),
    retry: async (id, { signal } = {}) => createTaskHandle(transport, await retryTask(transport, id, signal)),
  }
}
