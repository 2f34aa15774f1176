import type { TaskSort } from '../contract/index.ts'
import type { TaskRecord } from './task-record.ts'

/** The place of tasks that have not ended in the order `recently_finished`: before all others. */
export const notFinished = 'infinity'

type Times = Pick<TaskRecord, 'createdAt' | 'startedAt' | 'finishedAt'>

/**
 * The place of a task in an order, as text: a time, or for `longest` microseconds. Tasks in the same place are ordered
 * by their ids.
 *
 * @param at the time of the first page; a task that runs, or has ended since, took until then
 */
export function placeOf(sort: TaskSort, task: Times, at: string): string {
  if (sort === 'recently_finished') return task.finishedAt ?? notFinished
  return sort === 'longest' ? String(microsTaken(task, at)) : task.createdAt
}

function microsTaken({ startedAt, finishedAt }: Times, at: string): bigint {
  if (startedAt === null) return 0n
  const end = finishedAt === null ? toMicros(at) : min(toMicros(finishedAt), toMicros(at))
  const taken = end - toMicros(startedAt)
  return taken > 0n ? taken : 0n
}

const min = (a: bigint, b: bigint) => (a < b ? a : b)

/** Microseconds since the epoch of an ISO 8601 time in UTC. */
export function toMicros(instant: string): bigint {
  const fraction = /\.(\d{1,6})/.exec(instant)?.[1] ?? ''
  const seconds = Math.floor(Date.parse(instant) / 1_000)
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}
