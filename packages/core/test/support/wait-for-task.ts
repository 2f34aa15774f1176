import { setTimeout as delay } from 'node:timers/promises'
import type { TaskRecord, TaskStore } from '../../src/index.ts'

/** Shorter than the time limit of a test, so that a wait fails with its own message. */
const timeoutMs = 200_000

/**
 * Polls a stored task until it meets a condition.
 *
 * @throws Error with the last state of the task after 200 s
 */
export async function waitForTask(
  store: Pick<TaskStore, 'get'>,
  taskId: string,
  wanted: (task: TaskRecord) => boolean,
): Promise<TaskRecord> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const task = await store.get(taskId)
    if (task && wanted(task)) return task
    if (performance.now() > giveUpAt)
      throw new Error(`task does not meet ${String(wanted)} after ${timeoutMs} ms: ${JSON.stringify(task)}`)
    await delay(20)
  }
}
