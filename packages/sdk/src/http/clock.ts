/** Time as a dependency, so that tests don't have to wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Maximum delay of timers; with a longer one they fire immediately. */
export const maxTimerMs: number = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    await new Promise<void>((resolve) => {
      const endSleep = () => {
        clearTimeout(timer)
        // A signal may outlive thousands of sleeps.
        signal?.removeEventListener('abort', endSleep)
        resolve()
      }
      const timer = setTimeout(endSleep, Math.min(ms, maxTimerMs))
      signal?.addEventListener('abort', endSleep)
    })
    signal?.throwIfAborted()
  },
}
