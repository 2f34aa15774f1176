import type { Clock } from '@ingestion-server/core'

/** A clock that the test advances. */
export function createManualClock(startAt = Date.parse('2026-11-24T04:00:00Z')) {
  let now = startAt
  const sleepers = new Set<{ until: number; endSleep: () => void }>()
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error) // the tests abort with errors
        const abort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason as Error)
        }
        const sleeper = {
          until: now + ms,
          endSleep: () => {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', abort, { once: true })
      }),
  }
  return {
    clock,
    /** Number of pending sleeps. */
    sleeping: () => sleepers.size,
    /** Lets time pass in steps, and lets all promises settle after each. */
    async pass(ms: number, stepMs = 100) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await settle()
        now += Math.min(stepMs, ms - passed)
        for (const sleeper of [...sleepers]) if (sleeper.until <= now) sleeper.endSleep()
      }
      await settle()
    },
  }
}

/** Lets all promises settle: a macrotask runs after all microtasks. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
