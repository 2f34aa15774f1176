import type { Clock } from '../../src/clock.ts'

export interface ManualClockOptions {
  /** Milliseconds since the epoch. */
  startAt?: number
  /**
   * Which sleeps end at once, and take exactly their duration. The others end when the test lets time pass, or when
   * their signal aborts. Default: none
   */
  endsAtOnce?: (ms: number, signal?: AbortSignal) => boolean
}

export type ManualClock = ReturnType<typeof createManualClock>

/**
 * A clock that only the test and sleeps advance.
 *
 * @example
 * const time = createManualClock()
 * const waiting = time.clock.sleep(1_000)
 * await time.pass(1_000)
 * await waiting
 */
export function createManualClock({
  startAt = Date.parse('2026-11-24T04:00:00Z'),
  endsAtOnce = () => false,
}: ManualClockOptions = {}) {
  let now = startAt
  const slept: number[] = []
  const sleepers = new Set<{ until: number; endSleep: () => void }>()
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error) // the tests abort with errors
        if (endsAtOnce(ms, signal)) {
          now += ms
          slept.push(ms)
          return resolve()
        }
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
    /** Milliseconds of each sleep that ended at once. */
    slept,
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
