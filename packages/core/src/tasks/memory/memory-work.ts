import {
  accountedFor,
  addLeftOut,
  addCatchUp,
  addCounts,
  assertBalanced,
  moveToFailed,
  noCatchUp,
  noCounts,
} from '../counts.ts'
import type { Quota, Claim, Json, Lease, Progress } from '../task-store.ts'
import { minWaitMs } from '../wait.ts'
import { maxLapses, workersLost } from '../task-state.ts'
import { endTask } from './memory-end.ts'
import { changeFailedDocuments } from './memory-failed-documents.ts'
import { addToRates, recordEvent, recordOutageEvent } from './memory-history.ts'
import {
  copy,
  findHeld,
  findTask,
  isActive,
  isDone,
  isFree,
  isoNow,
  itemsOf,
  requireHeld,
  requireHeldItem,
  type MemoryState,
  type StoredItem,
  type StoredLease,
  type StoredTask,
} from './memory-state.ts'

export function claimWork(state: MemoryState, taskId: string, worker: string, leaseMs: number): Claim {
  const task = findTask(state, taskId)
  if (!isActive(task)) return { kind: 'ended', task: task.record }
  const now = state.now()
  const open = itemsOf(task).filter((item) => !isDone(item))
  const item = open.find(({ lease }) => isFree(lease, now))
  if (item) return claimItem(state, task, item, { worker, leaseMs })
  if (open.length > 0)
    return waitFor(
      open.map(({ lease }) => lease),
      now,
    )
  if (!isFree(task.planning, now)) return waitFor([task.planning], now)
  return claimPlanning(state, task, { worker, leaseMs })
}

interface Claimer {
  worker: string
  leaseMs: number
}

function claimItem(state: MemoryState, task: StoredTask, item: StoredItem, claimer: Claimer): Claim {
  const ordinal = itemsOf(task).indexOf(item)
  if (isLost(item.lease)) return giveUp(state, task, ordinal)
  start(state, task)
  take(state, item.lease, claimer)
  const { id: taskId, stage } = task.record
  const { payload, checkpoint, lease } = item
  return {
    kind: 'item',
    task: task.record,
    lease: { taskId, stage, ordinal, attempt: lease.attempt },
    item: { ordinal, payload, checkpoint },
    quota: quotaOf(state, task),
  }
}

function claimPlanning(state: MemoryState, task: StoredTask, claimer: Claimer): Claim {
  if (isLost(task.planning)) return giveUp(state, task, null)
  start(state, task)
  take(state, task.planning, claimer)
  const { id: taskId, stage } = task.record
  return {
    kind: 'advance',
    task: task.record,
    lease: { taskId, stage, ordinal: null, attempt: task.planning.attempt },
    results: itemsOf(task).map(({ result }) => result),
  }
}

function start(state: MemoryState, task: StoredTask): void {
  const { record } = task
  if (record.status === 'running') return
  record.status = 'running'
  record.startedAt ??= isoNow(state)
  recordEvent(state, task, 'started')
}

function take(state: MemoryState, lease: StoredLease, { worker, leaseMs }: Claimer): void {
  lease.attempt += 1
  lease.lapses = nextLapses(lease)
  lease.until = state.now() + leaseMs
  lease.worker = worker
}

/** What the count comes to with the next claim: one more for a lease that was not released, else it restarts. */
function nextLapses({ until, lapses }: StoredLease): number {
  return until === null ? 0 : lapses + 1
}

function isLost(lease: StoredLease): boolean {
  return nextLapses(lease) >= maxLapses
}

function giveUp(state: MemoryState, task: StoredTask, ordinal: number | null): Claim {
  const error = workersLost(task.record, ordinal)
  return { kind: 'ended', task: endTask(state, task, { status: 'failed', error }) }
}

function waitFor(leases: readonly StoredLease[], now: number): Claim {
  const first = Math.min(...leases.map(({ until }) => until ?? now))
  return { kind: 'wait', forMs: Math.max(minWaitMs, Math.ceil(first - now)) }
}

export function renewLease(state: MemoryState, lease: Lease, leaseMs: number): Quota {
  const held = requireHeld(state, lease)
  held.lease.until = state.now() + leaseMs
  return quotaOf(state, held.task)
}

/** The planner may release it after the stage has passed too, unless another worker took it. */
export function releaseLease(state: MemoryState, lease: Lease): void {
  const held = findHeld(state, lease)
  if (held) held.lease.until = null
  if (lease.ordinal !== null) return
  const planning = state.tasks.get(lease.taskId)?.planning
  if (planning?.attempt === lease.attempt) planning.until = null
}

function quotaOf(state: MemoryState, task: StoredTask): Quota {
  const now = state.now()
  const shared = itemsOf(task).filter((item) => !isDone(item) && !isFree(item.lease, now))
  return { ...task.record.limits, activeWorkers: Math.max(1, shared.length) }
}

export function saveProgress(state: MemoryState, lease: Lease, progress: Progress): Quota {
  const { checkpoint, counts = noCounts, catchUp = noCatchUp, failed = [], resolved = [] } = copy(progress)
  assertBalanced(counts)
  const { task, item } = requireHeldItem(state, lease)
  const { record } = task
  const now = isoNow(state)
  const change = changeFailedDocuments(task, { failed, resolved, now })
  item.checkpoint = checkpoint
  item.lease.lapses = 0
  record.catchUp = addCatchUp(record.catchUp, catchUp)
  if (progress.leftOut) record.leftOut = addLeftOut(record.leftOut, progress.leftOut)
  record.boundBy = progress.boundBy === undefined ? record.boundBy : progress.boundBy
  record.counts = moveToFailed(addCounts(record.counts, counts), change - counts.failed)
  addToRates(state, task, accountedFor(counts, catchUp))
  endWaiting(state, task)
  return quotaOf(state, task)
}

/** Something worked, so the task does not wait any more. */
function endWaiting(state: MemoryState, task: StoredTask): void {
  if (task.record.waiting === null) return
  task.record.waiting = null
  recordOutageEvent(state, task, 'resumed')
}

export function completeItem(state: MemoryState, lease: Lease, result: Json): void {
  const { task, item } = requireHeldItem(state, lease)
  item.result = copy(result)
  item.doneAt = isoNow(state)
  item.lease.until = null
  endWaiting(state, task)
}
