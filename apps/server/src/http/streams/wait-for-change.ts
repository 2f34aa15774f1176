import { isActive, sleepUnlessAborted, type Clock, type TaskRecord } from '@ingestion-server/core'
import { toProgress } from '../../resources/task-resource.ts'
import type { TaskFeeds } from './task-feeds.ts'

export interface WaitOptions {
  feeds: TaskFeeds
  clock: Clock
  waitMs: number
  /** Aborts when no caller waits for the response any more. */
  signal: AbortSignal
}

/** The task after its next visible change, or the current task when there was none in time. */
export async function waitForChange(before: TaskRecord, options: WaitOptions): Promise<TaskRecord> {
  return await waitUntil(before, (record) => isChanged(before, record), options)
}

/** The task when it has ended, or the current task when it did not in time. */
export async function waitForEnd(before: TaskRecord, options: WaitOptions): Promise<TaskRecord> {
  return await waitUntil(before, () => false, options)
}

async function waitUntil(
  before: TaskRecord,
  isDone: (record: TaskRecord) => boolean,
  { feeds, clock, waitMs, signal }: WaitOptions,
): Promise<TaskRecord> {
  if (!isActive(before)) return before
  const answered = new AbortController()
  const stop = AbortSignal.any([signal, answered.signal])
  void sleepUnlessAborted(clock, waitMs, stop).then(() => answered.abort())
  let latest = before
  try {
    for await (const { record } of feeds.follow(before.id, stop)) {
      latest = record
      if (!isActive(record) || isDone(record)) break
    }
  } finally {
    answered.abort()
  }
  return latest
}

function isChanged(before: TaskRecord, after: TaskRecord): boolean {
  return (
    before.status !== after.status ||
    before.phase !== after.phase ||
    before.attempt !== after.attempt ||
    toProgress(before) !== toProgress(after)
  )
}
