import { LeaseLostError } from '../errors.ts'
import type { TaskRecord } from '../tasks/index.ts'

/** How long a task waits for the lock of its model before it reports the wait, milliseconds. */
export const lockWaitMs = 5_000

/**
 * Timeout of calls that change something under the lock, shorter than the time after which Postgres drops an idle
 * holder; milliseconds.
 */
export const lockedCallMs = 20_000

/**
 * Whether a task is still in the run that a worker saw; otherwise another worker has it, or it was cancelled or has
 * ended.
 */
export function isSameRun(current: TaskRecord | null, task: TaskRecord): boolean {
  return current?.status === 'running' && current.stage === task.stage && current.attempt === task.attempt
}

/** @throws LeaseLostError when the task continued without this worker */
export async function requireSameRun(
  store: { get(taskId: string): Promise<TaskRecord | null> },
  task: TaskRecord,
): Promise<void> {
  if (!isSameRun(await store.get(task.id), task)) throw new LeaseLostError(task.id)
}
