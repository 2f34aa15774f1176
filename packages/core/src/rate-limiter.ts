import type { Clock } from './clock.ts'

export interface RateLimiter {
  /**
   * Waits until the time for the previously admitted documents has passed, then admits this many more at once.
   *
   * @returns false when the wait was given up because the caller is pausing: nothing was admitted
   * @throws the signal's reason when it aborts
   */
  take(documents: number): Promise<boolean>
  /** Milliseconds that `take` would wait now. */
  waitMs(): number
}

/** Interval for checking the rate while waiting, milliseconds. */
const lookAgainMs = 500

/**
 * Spreads documents over time so that on average at most `rate` pass per second: the wait for a page follows the page.
 * The rate may change at any time, also during a wait.
 *
 * The workers of a task share its limit approximately: `rate` is the task's limit divided by the number of leased items
 * (see ItemContext.limits).
 */
export function createRateLimiter(options: {
  /** Documents per second; null: no limit. */
  rate: () => number | null
  isPausing: () => boolean
  clock: Clock
  signal: AbortSignal
}): RateLimiter {
  const { rate, isPausing, clock, signal } = options
  /**
   * Admitted documents whose time has not passed yet. Negative values, down to one millisecond's documents, are a
   * credit.
   */
  let unpaid = 0
  let paidAt = clock.now()

  /** @returns milliseconds until everything is paid for at the current rate */
  function pay(): number {
    const now = clock.now()
    const perMs = (rate() ?? Infinity) / 1_000
    // Without a limit everything is paid for; 0 · ∞ would be NaN.
    unpaid = perMs === Infinity ? 0 : Math.max(-perMs, unpaid - (now - paidAt) * perMs)
    paidAt = now
    // Clocks count whole milliseconds, so a wait is up to one too long; the excess becomes the credit.
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
