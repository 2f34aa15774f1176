import type { Clock } from './clock.ts'

export interface RateLimiter {
  /**
   * Waits until what was let through before has used up its time, then lets through so many documents more, at once.
   *
   * @returns false when the wait was given up, because the caller is pausing: nothing was let through
   * @throws the signal's reason when it aborts
   */
  take(documents: number): Promise<boolean>
  /** Milliseconds that `take` would wait now. */
  waitMs(): number
}

/** A new rate is looked for this often while waiting, milliseconds. */
const lookAgainMs = 500

/**
 * Spreads documents over time so that no more than `rate` of them go through in a second, on average: each page is
 * paid for after it went through. The rate may change at any time, also during a wait.
 *
 * A task's limit is shared by its workers approximately: `rate` is what this one may do, the task's limit divided by
 * the number of items that are leased (see ItemContext.limits).
 */
export function createRateLimiter(options: {
  /** Documents in a second; null: no limit. */
  rate: () => number | null
  isPausing: () => boolean
  clock: Clock
  signal: AbortSignal
}): RateLimiter {
  const { rate, isPausing, clock, signal } = options
  /** Documents that went through and are not paid for yet; below zero, down to what a millisecond pays for, a credit. */
  let unpaid = 0
  let paidAt = clock.now()

  /** @returns milliseconds until everything is paid for, at the rate as it is now */
  function pay(): number {
    const now = clock.now()
    const perMs = (rate() ?? Infinity) / 1_000
    // Without a limit all is paid for at once; 0 · ∞ would be no number.
    unpaid = perMs === Infinity ? 0 : Math.max(-perMs, unpaid - (now - paidAt) * perMs)
    paidAt = now
    // Clocks count whole milliseconds: what a wait is too long for is the credit.
    return Math.ceil(unpaid / perMs)
  }

  return {
    waitMs: pay,
    async take(documents) {
      for (let waitMs = pay(); waitMs > 0; waitMs = pay()) {
        if (isPausing()) return false
        await clock.sleep(Math.min(waitMs, lookAgainMs), signal)
      }
      unpaid += documents
      return true
    },
  }
}
