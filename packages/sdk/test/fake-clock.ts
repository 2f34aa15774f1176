import type { Clock } from '../src/index.ts'

/** A clock whose sleeps take no time, but advance it. */
export interface FakeClock extends Clock {
  /** Duration of each sleep, in milliseconds. */
  readonly slept: number[]
  /** Called during each sleep with its number, from 1. */
  duringSleep: (count: number) => void | Promise<void>
}

export function createFakeClock(now = Date.parse('2026-11-24T00:00:00Z')): FakeClock {
  const clock: FakeClock = {
    slept: [],
    duringSleep: () => undefined,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      clock.slept.push(ms)
      now += ms
      await clock.duringSleep(clock.slept.length)
      signal?.throwIfAborted()
    },
  }
  return clock
}
