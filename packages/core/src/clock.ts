/** Time as a dependency, so that tests don't have to wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The time and timers of the system: `Date.now` and `setTimeout`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const onAbort = () => {
        clearTimeout(timer)
        reject(signal?.reason as Error)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }, ms)
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}

/**
 * Sleeps between the rounds of a loop that runs until it is stopped.
 *
 * @returns whether to go on: false, at once, when the signal has aborted
 * @example
 * while (await sleepUnlessAborted(clock, 1_000, signal)) await check()
 */
export async function sleepUnlessAborted(
  clock: Pick<Clock, 'sleep'>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  await clock.sleep(ms, signal).catch(() => undefined)
  return signal?.aborted !== true
}

/**
 * Exponential backoff with full jitter: a random wait below base·2^attempt, capped.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffMs(attempt: number, baseMs = 500, capMs = 15_000, random = Math.random): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20))
  // At least a tenth of the ceiling, so that a starting service is not polled in a tight loop.
  return Math.round(ceiling * (0.1 + 0.9 * random()))
}
