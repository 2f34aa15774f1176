import type { FailedDocument } from '../../contract/index.ts'
import { addCatchUp, addCounts, assertBalanced, noCatchUp, noCounts } from '../counts.ts'
import type { Claim, FailedDocumentQuery, Json, Lease, Progress } from '../task-store.ts'
import { checkRowId } from '../page-token.ts'
import { minWaitMs } from '../wait.ts'
import {
  copy,
  findTask,
  isActive,
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

export function claimWork(state: MemoryState, taskId: string, leaseMs: number): Claim {
  const task = findTask(state, taskId)
  if (!isActive(task)) return { kind: 'ended', task: task.record }
  const now = state.now()
  const open = itemsOf(task).filter(({ done }) => !done)
  const item = open.find(({ lease }) => isFree(lease, now))
  if (item) return claimItem(state, task, item, leaseMs)
  if (open.length > 0)
    return waitFor(
      open.map(({ lease }) => lease),
      now,
    )
  if (!isFree(task.planning, now)) return waitFor([task.planning], now)
  return claimPlanning(state, task, leaseMs)
}

function claimItem(state: MemoryState, task: StoredTask, item: StoredItem, leaseMs: number): Claim {
  start(state, task)
  take(state, item.lease, leaseMs)
  const ordinal = itemsOf(task).indexOf(item)
  const { id: taskId, stage } = task.record
  const { payload, checkpoint, lease } = item
  return {
    kind: 'item',
    task: task.record,
    lease: { taskId, stage, ordinal, attempt: lease.attempt },
    item: { ordinal, payload, checkpoint },
  }
}

function claimPlanning(state: MemoryState, task: StoredTask, leaseMs: number): Claim {
  start(state, task)
  take(state, task.planning, leaseMs)
  const { id: taskId, stage } = task.record
  return {
    kind: 'advance',
    task: task.record,
    lease: { taskId, stage, ordinal: null, attempt: task.planning.attempt },
    results: itemsOf(task).map(({ result }) => result),
  }
}

function start(state: MemoryState, { record }: StoredTask): void {
  record.status = 'running'
  record.startedAt ??= isoNow(state)
}

function take(state: MemoryState, lease: StoredLease, leaseMs: number): void {
  lease.attempt += 1
  lease.until = state.now() + leaseMs
}

function waitFor(leases: readonly StoredLease[], now: number): Claim {
  const first = Math.min(...leases.map(({ until }) => until ?? now))
  return { kind: 'wait', forMs: Math.max(minWaitMs, Math.ceil(first - now)) }
}

export function renewLease(state: MemoryState, lease: Lease, leaseMs: number): void {
  requireHeld(state, lease).lease.until = state.now() + leaseMs
}

export function saveProgress(state: MemoryState, lease: Lease, progress: Progress): void {
  const { checkpoint, counts = noCounts, catchUp = noCatchUp, failed = [], resolved = [] } = copy(progress)
  assertBalanced(counts)
  const { task, item } = requireHeldItem(state, lease)
  const { record, failedDocuments } = task
  item.checkpoint = checkpoint
  record.counts = addCounts(record.counts, counts)
  record.catchUp = addCatchUp(record.catchUp, catchUp)
  record.waiting = null
  const now = isoNow(state)
  for (const id of resolved) {
    const document = failedDocuments.get(id)
    if (document) document.resolved_at ??= now
  }
  for (const document of failed)
    failedDocuments.set(document.id, { ...document, failed_at: now, resolved_at: null })
}

export function completeItem(state: MemoryState, lease: Lease, result: Json): void {
  const { task, item } = requireHeldItem(state, lease)
  item.result = copy(result)
  item.done = true
  item.lease.until = null
  task.record.waiting = null
}

export function listFailedDocuments(
  { tasks }: MemoryState,
  taskId: string,
  { after, limit, resolved = false }: FailedDocumentQuery,
): FailedDocument[] {
  const start = after === undefined ? null : BigInt(checkRowId(after))
  return [...(tasks.get(taskId)?.failedDocuments.values() ?? [])]
    .filter(({ resolved_at }) => resolved || resolved_at === null)
    .filter(({ id }) => start === null || BigInt(id) > start)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .slice(0, limit)
}
