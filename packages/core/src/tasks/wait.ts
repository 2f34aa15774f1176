import type { Waiting } from '../contract/index.ts'
import type { Outage, Wait } from './task-store.ts'

/** Minimum wait after a claim, so that a lease about to expire is not polled in a tight loop. */
export const minWaitMs = 50

/**
 * The `waiting` of a task for an outage, the duration of the outage, and its next wait.
 *
 * @param before the task's previous `waiting`
 * @param now milliseconds since the epoch, by the same clock as `before`
 */
export function planWait(
  outage: Outage,
  before: Waiting | null,
  now: number,
): { waiting: Waiting; wait: Wait } {
  const since = before?.for === outage.for ? Date.parse(before.since) : now
  const waitedMs = Math.max(0, now - since)
  const retryAfterMs = outage.retryAfterMs(waitedMs)
  const waiting = {
    for: outage.for,
    reason: outage.reason,
    since: new Date(since).toISOString(),
    next_attempt_at: new Date(now + retryAfterMs).toISOString(),
  }
  return { waiting, wait: { waitedMs, retryAfterMs } }
}
