import { LeaseLostError } from '../../../src/errors.ts'
import {
  accountedFor,
  addCatchUp,
  addCounts,
  addLeftOut,
  assertBalanced,
  moveToFailed,
  noCatchUp,
  noCounts,
} from '../../../src/tasks/counts.ts'
import { spreadDocuments } from '../../../src/tasks/rates.ts'
import { cancelled, enterPhase, failed, succeeded, verifiedIndex } from '../../../src/tasks/task-changes.ts'
import { fromCounts, toCatchUp, toCounts, toTaskRecord } from '../../../src/tasks/task-record.ts'
import { shareLimits } from '../../../src/tasks/share-limits.ts'
import {
  assertCancelling,
  isActive,
  isWorthKeeping,
  maxLapses,
  quietMs,
  workersLost,
} from '../../../src/tasks/task-state.ts'
import type {
  Claim,
  Finished,
  Json,
  Lease,
  NextStep,
  Outage,
  Progress,
  Quota,
  TaskRecord,
  Wait,
} from '../../../src/tasks/task-store.ts'
import { minWaitMs, planWait } from '../../../src/tasks/wait.ts'
import { changeFailedDocuments } from './failed-documents.ts'
import { deleteWork, endTask } from './lifecycle.ts'
import {
  change,
  copy,
  findHeld,
  findTask,
  isHeld,
  isoNow,
  itemsOf,
  recordEvent,
  requireHeld,
  requireHeldItem,
  type Memory,
  type MemoryTask,
} from './memory.ts'

export function claimWork(memory: Memory, taskId: string, worker: string, leaseMs: number): Claim {
  const task = findTask(memory, taskId)
  const { row } = task
  if (!isActive(row)) return { kind: 'ended', task: toTaskRecord(row) }
  const open = itemsOf(task).filter(({ doneAt }) => doneAt === null)
  const item = open.find(({ leaseUntil }) => !isHeld(memory, leaseUntil)) ?? null
  const held = item ? [] : open.length > 0 ? open : isHeld(memory, row.leaseUntil) ? [row] : []
  if (held.length > 0) {
    const first = Math.min(...held.map(({ leaseUntil }) => Date.parse(leaseUntil ?? '')))
    return { kind: 'wait', forMs: Math.max(minWaitMs, first - memory.now()) }
  }

  const leased = item ?? row
  const lapses = leased.leaseUntil === null ? 0 : leased.lapses + 1
  if (lapses >= maxLapses) {
    const error = workersLost(row, item?.ordinal ?? null)
    return { kind: 'ended', task: endTask(memory, task, failed(error)) }
  }
  Object.assign(leased, { leaseUntil: isoNow(memory, leaseMs), lapses, worker })
  const now = isoNow(memory)
  if (item) change(item, { startedAt: item.startedAt ?? now, progressAt: now })
  const attempt = item ? (item.attempt += 1) : (row.leaseAttempt += 1)
  if (row.status !== 'running') {
    change(row, { status: 'running', startedAt: row.startedAt ?? isoNow(memory) })
    recordEvent(memory, task, 'started')
  }
  const lease = { taskId, stage: row.stage, ordinal: item?.ordinal ?? null, attempt }
  const claimed = { task: toTaskRecord(row), lease }
  if (item) {
    const { ordinal, payload, checkpoint } = item
    return { kind: 'item', ...claimed, item: { ordinal, payload, checkpoint }, quota: quotaOf(memory, task) }
  }
  return { kind: 'advance', ...claimed, results: itemsOf(task).map(({ result }) => result) }
}

function quotaOf(memory: Memory, task: MemoryTask): Quota {
  const active = itemsOf(task).filter((item) => item.doneAt === null && isHeld(memory, item.leaseUntil))
  const { documentsPerSecond, inFlight } = task.row
  return { documentsPerSecond, inFlight, activeWorkers: Math.max(1, active.length) }
}

export function renewLease(memory: Memory, lease: Lease, leaseMs: number): Quota {
  const { task, item } = requireHeld(memory, lease)
  const leased = item ?? task.row
  leased.leaseUntil = isoNow(memory, leaseMs)
  return quotaOf(memory, task)
}

/** The planner may release it after the stage has passed too, unless another worker took it. */
export function releaseLease(memory: Memory, lease: Lease): void {
  const item = findHeld(memory, lease)?.item
  if (item) item.leaseUntil = null
  const row = memory.tasks.get(lease.taskId)?.row
  if (lease.ordinal === null && row?.leaseAttempt === lease.attempt) row.leaseUntil = null
}

export function saveProgress(memory: Memory, lease: Lease, progress: Progress): Quota {
  const { checkpoint, counts = noCounts, catchUp = noCatchUp, leftOut = {}, boundBy } = copy(progress)
  assertBalanced(counts)
  const { task, item } = requireHeldItem(memory, lease)
  const { row, rates } = task
  const moreFailed = changeFailedDocuments(task, progress, isoNow(memory))
  change(item, { checkpoint, lapses: 0 })
  const sum = addCatchUp(toCatchUp(row), catchUp)
  change(row, {
    ...fromCounts(moveToFailed(addCounts(toCounts(row), counts), moreFailed - counts.failed)),
    catchUpIndexed: sum.indexed,
    catchUpDeleted: sum.deleted,
    catchUpFailed: sum.failed,
    leftOut: addLeftOut(row.leftOut ?? {}, leftOut),
    boundBy,
  })
  const documents = accountedFor(counts, catchUp)
  const quota = quotaOf(memory, task)
  const parts = spreadDocuments({
    documents,
    since: Date.parse(item.progressAt ?? isoNow(memory)),
    until: memory.now(),
    seconds: row.rateSeconds,
    documentsPerSecond: shareLimits(quota).documentsPerSecond,
  })
  for (const [at, part] of parts) {
    const before = rates.get(at)
    const point = { at, documents: (before?.documents ?? 0) + part }
    rates.set(at, { ...point, boundBy: boundBy ?? before?.boundBy ?? null })
  }
  item.progressAt = isoNow(memory)
  endWaiting(memory, task)
  return quota
}

export function completeItem(memory: Memory, lease: Lease, result: Json): void {
  const { task, item } = requireHeldItem(memory, lease)
  change(item, { result, doneAt: isoNow(memory), leaseUntil: null })
  endWaiting(memory, task)
}

/** Something worked, so the task does not wait any more. */
function endWaiting(memory: Memory, task: MemoryTask): void {
  if (task.row.waiting === null) return
  task.row.waiting = null
  recordOutageEvent(memory, task, 'resumed')
}

function recordOutageEvent(memory: Memory, task: MemoryTask, type: 'waiting' | 'resumed', data = {}): void {
  const { id, attempt } = task.row
  const last = memory.events
    .filter((event) => event.taskId === id && event.attempt === attempt)
    .flatMap(({ type: known, at }) =>
      known === 'waiting' || known === 'resumed' ? [{ type: known, at }] : [],
    )
    .at(-1)
  const recent = last !== undefined && Date.parse(last.at) > memory.now() - quietMs
  if (isWorthKeeping(type, last && { type: last.type, recent })) recordEvent(memory, task, type, data)
}

export function setWaiting(memory: Memory, lease: Lease, outage: Outage): Wait {
  const { task } = requireHeld(memory, lease)
  const before = task.row.waiting
  const { waiting, wait } = planWait(outage, before, memory.now())
  task.row.waiting = waiting
  if (before === null) recordOutageEvent(memory, task, 'waiting', { waiting })
  return wait
}

export function advanceTask(memory: Memory, lease: Lease, next: NextStep): TaskRecord {
  const { task, item } = requireHeld(memory, lease)
  if (item) throw new LeaseLostError(lease.taskId)
  switch (next.kind) {
    case 'phase':
      return startPhase(memory, task, next)
    case 'finished':
      return finishTask(memory, task, next)
    case 'failed':
      return endTask(memory, task, failed(next.error))
    case 'cancelled':
      assertCancelling(task.row)
      return endTask(memory, task, cancelled(task.row))
  }
}

function startPhase(
  memory: Memory,
  task: MemoryTask,
  next: Extract<NextStep, { kind: 'phase' }>,
): TaskRecord {
  const { row } = task
  const wasWaiting = row.waiting !== null
  change(row, enterPhase(row, next, isoNow(memory)))
  if (next.reset) deleteWork(task)
  if ('fromStage' in next.items) for (const item of itemsOf(task)) item.leaseUntil = null
  else {
    const { id: taskId, stage, phase } = row
    const unclaimed = {
      checkpoint: null,
      result: null,
      attempt: 0,
      lapses: 0,
      worker: null,
      startedAt: null,
      progressAt: null,
    }
    const items = copy(next.items).map(({ payload }, ordinal) => ({
      ...{ taskId, stage, ordinal, phase, payload, leaseUntil: null, doneAt: null },
      ...unclaimed,
    }))
    task.items.push(...items)
  }
  if (wasWaiting) recordOutageEvent(memory, task, 'resumed')
  recordEvent(memory, task, 'phase')
  return toTaskRecord(row)
}

function finishTask(memory: Memory, task: MemoryTask, finished: Finished): TaskRecord {
  const { verified } = finished
  if (verified) {
    const record = { ...verifiedIndex(task.row, verified), verifiedAt: isoNow(memory) }
    memory.indices.set(verified.uuid, copy(record))
  }
  return endTask(memory, task, succeeded(finished))
}
