import { setTimeout as delay } from 'node:timers/promises'
import type { TaskRecord, TaskStore } from '../../src/index.ts'

/** Polls a stored task until it is as wanted. */
export async function waitForTask(
  store: Pick<TaskStore, 'get'>,
  taskId: string,
  wanted: (task: TaskRecord) => boolean,
): Promise<TaskRecord> {
  for (;;) {
    const task = await store.get(taskId)
    if (task && wanted(task)) return task
    await delay(20)
  }
}
