import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createManualClock } from '../test/support/manual-clock.ts'
import { createRateLimiter } from './rate-limiter.ts'

/** A sleep takes exactly its duration, and no time passes otherwise. */
const createSleepingClock = () => createManualClock({ startAt: 0, endsAtOnce: () => true }).clock

const never = new AbortController().signal

describe('a rate limiter', () => {
  test('never lets more through than its rate allows, but for the last page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5_000 }),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 30 }),
        async (rate, pages) => {
          const clock = createSleepingClock()
          const limiter = createRateLimiter({
            rate: () => rate,
            isPausing: () => false,
            clock,
            signal: never,
          })
          let before = 0
          for (const page of pages) {
            await limiter.take(page)
            expect(before).toBeLessThanOrEqual(((clock.now() + 1) * rate) / 1_000 + 0.001)
            before += page
          }
          // And not slower: all but the last page took their time, rounded up to a millisecond.
          const expectedMs = ((before - (pages.at(-1) ?? 0)) / rate) * 1_000
          expect(clock.now() - expectedMs).toBeLessThan(1.001)
        },
      ),
    )
  })

  test('does not wait without a limit', async () => {
    const clock = createSleepingClock()
    const limiter = createRateLimiter({ rate: () => null, isPausing: () => false, clock, signal: never })
    for (let page = 0; page < 5; page++) expect(await limiter.take(1_000_000)).toBe(true)
    expect(clock.now()).toBe(0)
  })

  test('follows a new rate within half a second, also while it waits', async () => {
    const clock = createSleepingClock()
    const limiter = createRateLimiter({
      rate: () => (clock.now() < 2_000 ? 1 : null),
      isPausing: () => false,
      clock,
      signal: never,
    })
    await limiter.take(1_000)
    await limiter.take(1)
    expect(clock.now()).toBe(2_000)
  })

  test('gives up a wait when the caller is pausing, and lets nothing through', async () => {
    const clock = createSleepingClock()
    const limiter = createRateLimiter({
      rate: () => 10,
      isPausing: () => clock.now() >= 1_000,
      clock,
      signal: never,
    })
    expect(await limiter.take(1_000)).toBe(true)
    expect(await limiter.take(1_000)).toBe(false)
    expect(clock.now()).toBe(1_000)
  })

  test('ends with the reason of its signal', async () => {
    const limiter = createRateLimiter({
      rate: () => 1,
      isPausing: () => false,
      clock: createSleepingClock(),
      signal: AbortSignal.abort(new Error('lease lost')),
    })
    await limiter.take(10)
    await expect(limiter.take(1)).rejects.toThrow('lease lost')
  })
})
