import type { Phase } from '../../contract/index.ts'
import { LeaseLostError, TaskNotFoundError } from '../../errors.ts'
import type { BoundedDocument } from '../failed-document.ts'
import type { AliasMove } from '../model-lock.ts'
import type { RatePoint } from '../rates.ts'
import type { TaskEvent, TaskTotal } from '../task-history.ts'
import type { ActionState, Idempotency, IndexRecord, Json, Lease, TaskRecord } from '../task-store.ts'

/** `until` in milliseconds since the epoch; null when no worker holds it. */
export interface StoredLease {
  attempt: number
  until: number | null
  /** Who has it, or had it last. */
  worker: string | null
  /** Holders in a row whose lease expired and that saved nothing. */
  lapses: number
}

export const unheld: StoredLease = { attempt: 0, until: null, worker: null, lapses: 0 }

export interface StoredItem {
  payload: Json
  checkpoint: Json
  result: Json
  /** ISO 8601; null when it is not done. */
  doneAt: string | null
  lease: StoredLease
}

interface StoredStage {
  phase: Phase
  items: StoredItem[]
}

export interface StoredTask {
  record: TaskRecord
  reserve: readonly string[]
  /** The lease on planning what follows the current stage. */
  planning: StoredLease
  stages: Map<number, StoredStage>
  initialState: ActionState
  idempotency: Idempotency | null
  rates: { seconds: number; points: RatePoint[] }
  failedDocuments: Map<string, StoredFailedDocument>
}

export interface StoredFailedDocument extends BoundedDocument {
  failedAt: string
  resolvedAt: string | null
}

export interface MemoryState {
  tasks: Map<string, StoredTask>
  /** Index name to the active task that has it. */
  reservations: Map<string, string>
  indices: Map<string, IndexRecord>
  /** Oldest first; an event's id is its place, counted from 1. Null: its task was removed. */
  events: (TaskEvent | null)[]
  leaders: Map<string, { holder: string; until: number }>
  /** What the tasks that were removed amount to, by action and status. */
  removed: Map<string, TaskTotal>
  /** Oldest first. */
  aliasMoves: AliasMove[]
  /** By model, what settles when no call holds its lock or waits for it any more. */
  locks: Map<string, Promise<void>>
  now: () => number
  /** When the newest task was made, microseconds since the epoch. */
  lastCreatedMicros: number
}

/** What a database would return: it shares nothing with the value that was stored. */
export function copy<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value)
}

/** Each call happens at once and whole, as a transaction does; what it throws rejects the promise. */
export function answer<Result>(work: () => Result): Promise<Result> {
  return new Promise((resolve) => resolve(copy(work())))
}

export function isoNow({ now }: MemoryState): string {
  return new Date(now()).toISOString()
}

/**
 * Now, but later than every task before by a microsecond at least, as in a database: of two tasks of one moment the
 * random part of their ids would say which is the newer one.
 */
export function nextMoment(state: MemoryState): string {
  const micros = Math.max(Math.floor(state.now()) * 1_000, state.lastCreatedMicros + 1)
  state.lastCreatedMicros = micros
  const milliseconds = new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)
  return `${milliseconds}${String(micros % 1_000).padStart(3, '0')}Z`
}

export function isActive({ record }: StoredTask): boolean {
  return record.status === 'queued' || record.status === 'running'
}

export function isDone({ doneAt }: StoredItem): boolean {
  return doneAt !== null
}

export function isFree({ until }: StoredLease, now: number): boolean {
  return until === null || until <= now
}

/** @throws TaskNotFoundError */
export function findTask({ tasks }: MemoryState, taskId: string): StoredTask {
  const task = tasks.get(taskId)
  if (!task) throw new TaskNotFoundError(taskId)
  return task
}

export function itemsOf(task: StoredTask): readonly StoredItem[] {
  return task.stages.get(task.record.stage)?.items ?? []
}

interface Held {
  task: StoredTask
  /** Null for a lease on planning. */
  item: StoredItem | null
  lease: StoredLease
}

export function findHeld({ tasks }: MemoryState, { taskId, stage, ordinal, attempt }: Lease): Held | null {
  const task = tasks.get(taskId)
  if (task?.record.status !== 'running' || task.record.stage !== stage) return null
  const item = ordinal === null ? null : itemsOf(task)[ordinal]
  if (item === undefined || (item && isDone(item))) return null
  const lease = item?.lease ?? task.planning
  return lease.until === null || lease.attempt !== attempt ? null : { task, item, lease }
}

/** @throws LeaseLostError */
export function requireHeld(state: MemoryState, lease: Lease): Held {
  const held = findHeld(state, lease)
  if (!held) throw new LeaseLostError(lease.taskId)
  return held
}

/** @throws LeaseLostError, for a lease on planning too: it has no item */
export function requireHeldItem(state: MemoryState, lease: Lease): { task: StoredTask; item: StoredItem } {
  const { task, item } = requireHeld(state, lease)
  if (!item) throw new LeaseLostError(lease.taskId)
  return { task, item }
}
