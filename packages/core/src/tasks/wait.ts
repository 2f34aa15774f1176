import type { Waiting } from '../contract/index.ts'
import type { Outage, Wait } from './task-store.ts'

/** The shortest wait that a claim asks for, so that a lease about to expire is not polled in a tight loop. */
export const minWaitMs = 50

/**
 * What a task says of an outage, and how long the outage is and its next wait.
 *
 * @param before what the task has said so far
 * @param now milliseconds since the epoch, by the clock that `before` was made with
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
