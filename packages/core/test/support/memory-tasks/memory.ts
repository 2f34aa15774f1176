import type { TaskEventType } from '../../../src/contract/index.ts'
import { LeaseLostError, TaskNotFoundError } from '../../../src/errors.ts'
import type { failedDocument, workItem } from '../../../src/tasks/schema.ts'
import type { RatePoint } from '../../../src/tasks/rates.ts'
import type { TaskEvent } from '../../../src/tasks/task-history.ts'
import type { TaskRow } from '../../../src/tasks/task-record.ts'
import type { IndexRecord, Lease } from '../../../src/tasks/task-store.ts'

export type ItemRow = typeof workItem.$inferSelect
export type FailedRow = Omit<typeof failedDocument.$inferSelect, 'taskId'>

/** The rows of a task, as they are in the tables of the same names. */
export interface MemoryTask {
  row: TaskRow
  /** By stage and ordinal. */
  items: ItemRow[]
  failedDocuments: Map<string, FailedRow>
  /** By the milliseconds at which the point begins. */
  rates: Map<number, RatePoint>
}

export interface Memory {
  tasks: Map<string, MemoryTask>
  /** Index name to the active task that has it. */
  reservations: Map<string, string>
  indices: Map<string, IndexRecord>
  events: TaskEvent[]
  leaders: Map<string, { holder: string; until: number }>
  /** When the newest task was created, microseconds since the epoch. */
  newestMicros: number
  now: () => number
}

/** Nothing that a caller holds is shared with the store. */
export function copy<Value>(value: Value): Value {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as Value)
}

export type Changes<Row> = { [Name in keyof Row]?: Row[Name] | undefined }

/** Changes a row as Drizzle does: what is undefined stays as it is. */
export function change<Row extends object>(row: Row, values: Changes<Row>): void {
  Object.assign(row, copy(values))
}

export function isoNow({ now }: Memory, inMs = 0): string {
  return new Date(now() + inMs).toISOString()
}

/** @throws TaskNotFoundError */
export function findTask({ tasks }: Memory, taskId: string): MemoryTask {
  const task = tasks.get(taskId)
  if (!task) throw new TaskNotFoundError(taskId)
  return task
}

export function itemsOf({ items, row }: MemoryTask): ItemRow[] {
  return items.filter(({ stage }) => stage === row.stage)
}

export function isHeld({ now }: Memory, leaseUntil: string | null): boolean {
  return leaseUntil !== null && Date.parse(leaseUntil) > now()
}

export function findHeld({ tasks }: Memory, { taskId, stage, ordinal, attempt }: Lease) {
  const task = tasks.get(taskId)
  if (task?.row.status !== 'running' || task.row.stage !== stage) return null
  const item = ordinal === null ? null : itemsOf(task)[ordinal]
  if (item === undefined || (item && item.doneAt !== null)) return null
  const lease = item ?? { attempt: task.row.leaseAttempt, leaseUntil: task.row.leaseUntil }
  return lease.attempt === attempt && lease.leaseUntil !== null ? { task, item } : null
}

/** @throws LeaseLostError */
export function requireHeld(memory: Memory, lease: Lease): { task: MemoryTask; item: ItemRow | null } {
  const held = findHeld(memory, lease)
  if (!held) throw new LeaseLostError(lease.taskId)
  return held
}

/** @throws LeaseLostError, for a lease on planning too: it has no item */
export function requireHeldItem(memory: Memory, lease: Lease): { task: MemoryTask; item: ItemRow } {
  const { task, item } = requireHeld(memory, lease)
  if (!item) throw new LeaseLostError(lease.taskId)
  return { task, item }
}

export function recordEvent(memory: Memory, { row }: MemoryTask, type: TaskEventType, data = {}): void {
  const { id: taskId, phase, attempt } = row
  const id = memory.events.length + 1
  memory.events.push({ id, taskId, type, at: isoNow(memory), phase, attempt, data: copy(data) })
}
