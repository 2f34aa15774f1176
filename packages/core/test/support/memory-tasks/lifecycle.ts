import { IdempotencyKeyReusedError, IndexBusyError } from '../../../src/errors.ts'
import { findActionPhases, type Phase } from '../../../src/contract/index.ts'
import { toGivenKey } from '../../../src/tasks/idempotency-key.ts'
import {
  cancelUnstarted,
  end,
  enterCancelling,
  queueAgain,
  type Outcome,
} from '../../../src/tasks/task-changes.ts'
import { toCallerData } from '../../../src/tasks/task-history.ts'
import { createTaskId } from '../../../src/tasks/task-id.ts'
import { toTaskRecord, type TaskRow } from '../../../src/tasks/task-record.ts'
import {
  canRedrive,
  isActive,
  isRedriving,
  notCancellable,
  notLimitable,
  notRedrivable,
  notRetryable,
  redrivePhase,
  retryPhase,
  startsOver,
} from '../../../src/tasks/task-state.ts'
import type { Caller, CancelOptions, NewTask, TaskLimits, TaskRecord } from '../../../src/tasks/task-store.ts'
import { newTaskRow } from '../new-task-row.ts'
import { countUnresolved } from './failed-documents.ts'
import {
  change,
  copy,
  findTask,
  isoNow,
  recordEvent,
  type Memory,
  type MemoryTask,
  type Changes,
} from './memory.ts'

export function createTask(memory: Memory, given: NewTask): TaskRecord {
  const { state = {}, limits, idempotency, ...rest } = copy(given)
  const same = idempotency && findByKey(memory, idempotency.key)
  if (same) {
    if (same.idempotencyFingerprint === idempotency.fingerprint) return toTaskRecord(same)
    throw new IdempotencyKeyReusedError(toGivenKey(idempotency.key), same.id)
  }
  const row = newTaskRow({
    ...rest,
    ...limits,
    id: createTaskId(memory.now()),
    phase: findActionPhases(rest.action).first,
    state,
    initialState: copy(state),
    idempotencyKey: idempotency?.key,
    idempotencyFingerprint: idempotency?.fingerprint,
    createdAt: nextMoment(memory),
  })
  takeReservations(memory, row)
  const task = { row, items: [], failedDocuments: new Map(), rates: new Map() }
  memory.tasks.set(row.id, task)
  recordEvent(memory, task, 'created', toCallerData(rest))
  return toTaskRecord(row)
}

/** Now, but later than the newest task by a microsecond at least, so that the order of tasks is known. */
function nextMoment(memory: Memory): string {
  const micros = Math.max(Math.floor(memory.now()) * 1_000, memory.newestMicros + 1)
  memory.newestMicros = micros
  const seconds = new Date(Math.floor(micros / 1_000)).toISOString().slice(0, 19)
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}Z`
}

function findByKey({ tasks }: Memory, key: string): TaskRow | undefined {
  return [...tasks.values()].find(({ row }) => row.idempotencyKey === key)?.row
}

export function findIdempotent(memory: Memory, key: string) {
  const row = findByKey(memory, key)
  return row ? { taskId: row.id, fingerprint: row.idempotencyFingerprint ?? '' } : null
}

function takeReservations({ reservations }: Memory, { id, reserve }: TaskRow): void {
  for (const name of [...reserve].sort()) {
    const holder = reservations.get(name)
    if (holder !== undefined) throw new IndexBusyError(name, holder)
  }
  for (const name of reserve) reservations.set(name, id)
}

export function endTask(
  memory: Memory,
  task: MemoryTask,
  outcome: Outcome & Changes<TaskRow>,
  data = {},
): TaskRecord {
  change(task.row, end(task.row, outcome, isoNow(memory)))
  for (const name of task.row.reserve) memory.reservations.delete(name)
  const { error, result } = task.row
  recordEvent(memory, task, outcome.status, { ...(error && { error }), ...(result && { result }), ...data })
  return toTaskRecord(task.row)
}

/** What was done so far is void. */
export function deleteWork(task: MemoryTask): void {
  task.items = []
  task.failedDocuments.clear()
  task.rates.clear()
}

export function cancelTask(memory: Memory, taskId: string, options: CancelOptions = {}): TaskRecord {
  const { keepIndex = false, ...caller } = options
  const task = findTask(memory, taskId)
  const { row } = task
  if (!isActive(row)) throw notCancellable(taskId, row.status)
  if (row.phase === 'cancelling') return toTaskRecord(row)
  const now = isoNow(memory)
  if (row.startedAt === null)
    return endTask(memory, task, cancelUnstarted(keepIndex, now), toCallerData(caller))
  change(row, enterCancelling(row, keepIndex, now))
  recordEvent(memory, task, 'cancel_requested', { keep_index: keepIndex, ...toCallerData(caller) })
  return toTaskRecord(row)
}

export function setLimits(memory: Memory, taskId: string, limits: Partial<TaskLimits>, caller: Caller = {}) {
  const task = findTask(memory, taskId)
  const { row } = task
  if (!isActive(row)) throw notLimitable(taskId, row.status)
  const { documentsPerSecond = row.documentsPerSecond, inFlight = row.inFlight } = limits
  if (documentsPerSecond === row.documentsPerSecond && inFlight === row.inFlight) return toTaskRecord(row)
  change(row, { documentsPerSecond, inFlight })
  const onWire = { documents_per_second: documentsPerSecond, in_flight: inFlight }
  recordEvent(memory, task, 'limits_changed', { limits: onWire, ...toCallerData(caller) })
  return toTaskRecord(row)
}

export function retryTask(memory: Memory, taskId: string, caller: Caller = {}): TaskRecord {
  const task = findTask(memory, taskId)
  const { status } = task.row
  if (status !== 'failed' && status !== 'cancelled') throw notRetryable(taskId, status)
  return queue(memory, task, retryPhase(task.row), caller)
}

export function redriveTask(memory: Memory, taskId: string, caller: Caller = {}): TaskRecord {
  const task = findTask(memory, taskId)
  const { row, failedDocuments } = task
  if (row.status !== 'failed' && !canRedrive(row, countUnresolved(failedDocuments)))
    throw notRedrivable(taskId, row.status)
  return queue(memory, task, redrivePhase(row), caller)
}

function queue(memory: Memory, task: MemoryTask, phase: Phase, caller: Caller): TaskRecord {
  const { row } = task
  takeReservations(memory, row)
  if (startsOver(row)) deleteWork(task)
  change(row, queueAgain(row, phase))
  recordEvent(memory, task, 'retried', {
    ...(isRedriving(row) && { redrive: true }),
    ...toCallerData(caller),
  })
  return toTaskRecord(row)
}
