import type { TaskRecord, TaskStore } from '../../src/index.ts'
import { until } from './until.ts'

/**
 * Polls a stored task until it meets a condition.
 *
 * @throws Error with the last state of the task after 200 s
 */
export function waitForTask(
  store: Pick<TaskStore, 'get'>,
  taskId: string,
  wanted: (task: TaskRecord) => boolean,
): Promise<TaskRecord> {
  let task: TaskRecord | null
  return until(
    () => `a task that meets ${String(wanted)}; it is ${JSON.stringify(task)}`,
    async () => {
      task = await store.get(taskId)
      return task && wanted(task) ? task : null
    },
  )
}
