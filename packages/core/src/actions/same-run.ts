import { LeaseLostError } from '../errors.ts'
import type { TaskRecord } from '../tasks/index.ts'

/** How long a task waits for the lock of its model before it says that it waits, milliseconds. */
export const lockWaitMs = 5_000

/** Calls that change something under the lock end before Postgres gives a silent holder up, milliseconds. */
export const lockedCallMs = 20_000

/** Whether a task is still where a worker saw it; else it is in other hands, cancelled, or at its end. */
export function isSameRun(current: TaskRecord | null, task: TaskRecord): boolean {
  return current?.status === 'running' && current.stage === task.stage && current.attempt === task.attempt
}

/** @throws LeaseLostError when the task went on without this worker */
export async function requireSameRun(
  store: { get(taskId: string): Promise<TaskRecord | null> },
  task: TaskRecord,
): Promise<void> {
  if (!isSameRun(await store.get(task.id), task)) throw new LeaseLostError(task.id)
}
