import {
  findActionPhases,
  type Phase,
  type TaskError,
  type TaskEventType,
  type TaskStatus,
} from '../contract/index.ts'
import { TaskStateError, WorkersLostError } from '../errors.ts'
import { toTaskError } from './task-error.ts'
import type { NextStep, TaskRecord } from './task-store.ts'

export function notRetryable(taskId: string, status: TaskStatus): TaskStateError {
  return refuse(taskId, status, 'only a failed or cancelled task can be retried')
}

export function notCancellable(taskId: string, status: TaskStatus): TaskStateError {
  return refuse(taskId, status, 'only a task that is queued or running can be cancelled')
}

export function notLimitable(taskId: string, status: TaskStatus): TaskStateError {
  return refuse(taskId, status, 'only a task that is queued or running has limits to change')
}

export function notRedrivable(taskId: string, status: TaskStatus): TaskStateError {
  return refuse(
    taskId,
    status,
    'only a failed task, or one with failed documents that succeeded, can be tried again',
  )
}

function refuse(taskId: string, status: TaskStatus, reason: string): TaskStateError {
  return new TaskStateError(`task ${taskId} is ${status}; ${reason}`, {
    details: { task_id: taskId, status },
  })
}

type TaskPhase = Pick<TaskRecord, 'action' | 'status' | 'phase'>

/** Whether a task is queued or running, so that its record will still change. */
export function isActive({ status }: Pick<TaskRecord, 'status'>): boolean {
  return status === 'queued' || status === 'running'
}

/** Whether an ended task can retry only its failed documents. */
export function canRedrive({ status, action }: TaskPhase, failedDocuments: number): boolean {
  return findActionPhases(action).redrive !== null && status === 'succeeded' && failedDocuments > 0
}

/** Number of consecutive workers that may lose the same item, or the same planning, before the task fails. */
export const maxLapses = 10

/** @param ordinal of the lost item; null for planning */
export function workersLost({ phase }: Pick<TaskRecord, 'phase'>, ordinal: number | null): TaskError {
  return toTaskError(new WorkersLostError(maxLapses, phase, ordinal))
}

/** A retry after a cancel continues nothing of the earlier run, even if its cleanup failed. */
export function startsOver({ cancelRequestedAt }: Pick<TaskRecord, 'cancelRequestedAt'>): boolean {
  return cancelRequestedAt !== null
}

/** The first phase of a retry. A redrive belongs to a finished index, so it never plans a new one. */
export function retryPhase(task: TaskPhase & Pick<TaskRecord, 'cancelRequestedAt'>): Phase {
  return isRedriving(task) && !startsOver(task) ? task.phase : findActionPhases(task.action).first
}

/** The first phase of an attempt that retries failed documents. */
export function redrivePhase(task: TaskPhase & Pick<TaskRecord, 'cancelRequestedAt'>): Phase {
  const { redrive } = findActionPhases(task.action)
  return task.status === 'succeeded' && redrive !== null ? redrive : retryPhase(task)
}

export function isRedriving({ action, phase }: Pick<TaskRecord, 'action' | 'phase'>): boolean {
  return phase === findActionPhases(action).redrive
}

/**
 * The next stage, and whether its items exist already.
 *
 * @throws RangeError for a stage that can't be resumed: a bug in an action
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

/** @throws RangeError when a task would end as cancelled without a request to cancel it: a bug in an action */
export function assertCancelling({ phase }: Pick<TaskRecord, 'phase'>): void {
  if (phase !== 'cancelling') throw new RangeError(`a task in phase ${phase} is not being cancelled`)
}

/** An intermittent outage is recorded at most once in this time, milliseconds. */
export const quietMs = 60_000

export interface OutageEvent {
  type: 'waiting' | 'resumed'
  /** Whether it was recorded in the last `quietMs`. */
  recent: boolean
}

/**
 * Whether the begin or end of an outage is recorded as an event: begin and end alternate, and an intermittent outage,
 * of which each worker may see several per second, is not recorded each time.
 *
 * @param last the last such event of this attempt
 */
export function isWorthKeeping(
  type: Extract<TaskEventType, 'waiting' | 'resumed'>,
  last: OutageEvent | undefined,
): boolean {
  if (type === 'resumed') return last?.type === 'waiting'
  return last === undefined || (last.type === 'resumed' && !last.recent)
}
