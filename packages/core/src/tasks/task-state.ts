import type { TaskStatus } from '../contract/index.ts'
import { TaskStateError } from '../errors.ts'
import type { NextStep } from './task-store.ts'

export function notRetryable(taskId: string, status: TaskStatus): TaskStateError {
  return new TaskStateError(`task ${taskId} is ${status}; only a failed task can be retried`, {
    details: { task_id: taskId, status },
  })
}

/**
 * The stage that follows, and whether its items are there already.
 *
 * @throws RangeError for a stage that can't be gone back to: that is a mistake in an action
 */
export function followingStage(
  { items, reset = false }: Extract<NextStep, { kind: 'phase' }>,
  lastStage: number,
): number {
  if (!('fromStage' in items)) return lastStage + 1
  if (reset) throw new RangeError('a task that starts over has no earlier items to go on with')
  if (!Number.isInteger(items.fromStage) || items.fromStage < 0 || items.fromStage > lastStage) {
    throw new RangeError(`there is no stage ${items.fromStage} to go back to; the last one is ${lastStage}`)
  }
  return items.fromStage
}
