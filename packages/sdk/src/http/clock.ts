/** Time as a dependency, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The longest time that timers take; with a longer one they fire at once. */
export const maxTimerMs: number = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        // A signal may outlive thousands of sleeps.
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const timer = setTimeout(wake, Math.min(ms, maxTimerMs))
      signal?.addEventListener('abort', wake)
    })
    signal?.throwIfAborted()
  },
}
