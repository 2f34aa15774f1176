import { backoffMs, sleepUnlessAborted, type Clock } from '@ingestion-server/core'

export interface RetryOptions {
  clock: Clock
  /** Ends the waiting between two attempts, and with it the retries. */
  signal?: AbortSignal | undefined
  /** The longest wait between two attempts; default as of `backoffMs`. */
  maxRetryMs?: number
  random?: (() => number) | undefined
  /**
   * Called after each failure; there is no further attempt if it throws.
   *
   * @param retryMs wait before the next attempt
   */
  onFailure(error: unknown, retryMs: number): void
}

/**
 * Repeats a call until it succeeds.
 *
 * @returns false when the signal aborted before
 * @throws what `onFailure` throws
 */
export async function retryWithBackoff(
  attempt: () => Promise<void>,
  options: RetryOptions,
): Promise<boolean> {
  const { clock, signal, maxRetryMs, random, onFailure } = options
  for (let failures = 0; signal?.aborted !== true; failures++) {
    try {
      await attempt()
      return true
    } catch (error) {
      const retryMs = backoffMs(failures, undefined, maxRetryMs, random)
      onFailure(error, retryMs)
      await sleepUnlessAborted(clock, retryMs, signal)
    }
  }
  return false
}
