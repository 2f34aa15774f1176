import type { Phase } from '../../contract/index.ts'
import { noCatchUp, noCounts } from '../counts.ts'
import { firstRateSeconds } from '../rates.ts'
import {
  canRedrive,
  notCancellable,
  notLimitable,
  notRedrivable,
  notRetryable,
  retryPhase,
  startsOver,
} from '../task-state.ts'
import { toCallerData } from '../task-history.ts'
import type { Caller, CancelOptions, TaskLimits, TaskRecord } from '../task-store.ts'
import { countFailedDocuments } from './memory-failed-documents.ts'
import { recordEvent } from './memory-history.ts'
import { copy, findTask, isActive, isoNow, type MemoryState, type StoredTask } from './memory-state.ts'
import { freeReservations, takeReservations } from './memory-tasks.ts'

export function endTask(
  state: MemoryState,
  task: StoredTask,
  outcome: Partial<TaskRecord> & { status: 'succeeded' | 'failed' | 'cancelled' },
  data: Record<string, unknown> = {},
): TaskRecord {
  leaveLoad(state, task)
  Object.assign(task.record, outcome, {
    finishedAt: isoNow(state),
    waiting: null,
  } satisfies Partial<TaskRecord>)
  task.planning.until = null
  freeReservations(state, task)
  const { error, result } = task.record
  recordEvent(state, task, outcome.status, {
    ...(error && { error }),
    ...(result && { result }),
    ...data,
  })
  return task.record
}

export function leaveLoad(state: MemoryState, { record }: StoredTask): void {
  if (record.phase === 'loading') record.loadFinishedAt = isoNow(state)
}

/** What was done so far is void. */
export function startOver(task: StoredTask): void {
  Object.assign(task.record, {
    counts: noCounts,
    catchUp: noCatchUp,
    leftOut: {},
    documents: null,
    planned: null,
    asOf: null,
    loadStartedAt: null,
    loadFinishedAt: null,
  } satisfies Partial<TaskRecord>)
  task.stages.clear()
  task.failedDocuments.clear()
  task.rates = { seconds: firstRateSeconds, points: [] }
}

export function cancelTask(
  state: MemoryState,
  taskId: string,
  { keepIndex = false, ...caller }: CancelOptions = {},
): TaskRecord {
  const task = findTask(state, taskId)
  const { record } = task
  if (!isActive(task)) throw notCancellable(taskId, record.status)
  if (record.phase === 'cancelling') return record
  record.cancelRequestedAt = isoNow(state)
  record.keepIndex = keepIndex
  if (record.startedAt === null) return endTask(state, task, { status: 'cancelled' }, toCallerData(caller))
  leaveLoad(state, task)
  record.phase = 'cancelling'
  record.stage = record.lastStage += 1
  record.waiting = null
  recordEvent(state, task, 'cancel_requested', { keep_index: keepIndex, ...toCallerData(caller) })
  return record
}

export function setLimits(
  state: MemoryState,
  taskId: string,
  limits: Partial<TaskLimits>,
  caller: Caller = {},
): TaskRecord {
  const task = findTask(state, taskId)
  const { record } = task
  if (!isActive(task)) throw notLimitable(taskId, record.status)
  const before = record.limits
  const { documentsPerSecond = before.documentsPerSecond, inFlight = before.inFlight } = limits
  if (documentsPerSecond === before.documentsPerSecond && inFlight === before.inFlight) return record
  record.limits = { documentsPerSecond, inFlight }
  const onWire = { documents_per_second: documentsPerSecond, in_flight: inFlight }
  recordEvent(state, task, 'limits_changed', { limits: onWire, ...toCallerData(caller) })
  return record
}

export function retryTask(state: MemoryState, taskId: string, caller: Caller = {}): TaskRecord {
  const task = findTask(state, taskId)
  const { status } = task.record
  if (status !== 'failed' && status !== 'cancelled') throw notRetryable(taskId, status)
  return queueAgain(state, task, retryPhase(task.record), caller)
}

export function redriveTask(state: MemoryState, taskId: string, caller: Caller = {}): TaskRecord {
  const task = findTask(state, taskId)
  const { action, status } = task.record
  if (status === 'failed') return queueAgain(state, task, retryPhase(task.record), caller)
  if (!canRedrive(action, status, countFailedDocuments(state, taskId))) throw notRedrivable(taskId, status)
  return queueAgain(state, task, 'redriving', caller)
}

function queueAgain(state: MemoryState, task: StoredTask, phase: Phase, caller: Caller): TaskRecord {
  const { record } = task
  takeReservations(state, record.id, task.reserve)
  if (startsOver(record)) {
    startOver(task)
    record.state = copy(task.initialState)
  }
  const stage = record.lastStage + 1
  Object.assign(record, {
    status: 'queued',
    phase,
    stage,
    lastStage: stage,
    attempt: record.attempt + 1,
    error: null,
    result: null,
    boundBy: null,
    finishedAt: null,
    waiting: null,
    cancelRequestedAt: null,
    keepIndex: false,
  } satisfies Partial<TaskRecord>)
  task.planning.until = null
  recordEvent(state, task, 'retried', {
    ...(phase === 'redriving' && { redrive: true }),
    ...toCallerData(caller),
  })
  return record
}
