import { expect, test } from 'vitest'
import { createInFlightLimit, type InFlightLimit } from './in-flight-limit.ts'

/** Reports whole rounds of accepted calls. */
function reportRounds(limit: InFlightLimit, rounds: number, latencyMs?: () => number): void {
  for (let round = 0; round < rounds; round++) {
    for (let call = limit.current; call > 0; call--) limit.report('accepted', latencyMs?.())
  }
}

/** A limiter after its warm-up calls, whose latency is ignored. */
function createWarmLimit(bounds: { least: number; most: number }): InFlightLimit {
  const limit = createInFlightLimit(bounds)
  reportRounds(limit, 1, () => 5_000)
  expect(limit.current).toBe(bounds.least)
  return limit
}

test('overload halves the limit down to one, and a full round without it adds one up to the least', () => {
  const limit = createWarmLimit({ least: 8, most: 8 })
  limit.report('overloaded')
  expect(limit.current).toBe(4)
  for (let call = 0; call < 10; call++) limit.report('overloaded')
  expect(limit.current).toBe(1)
  limit.report('accepted')
  expect(limit.current).toBe(2)
  limit.report('accepted')
  expect(limit.current).toBe(2)
  limit.report('accepted')
  expect(limit.current).toBe(3)
  for (let call = 0; call < 100; call++) limit.report('accepted')
  expect(limit.current).toBe(8)
})

test('while latency stays what it is, each round adds half the limit, up to the most', () => {
  const limit = createWarmLimit({ least: 3, most: 10 })
  const reached = [100, 110, 115, 115, 115].map((latencyMs) => {
    reportRounds(limit, 1, () => latencyMs)
    return limit.current
  })
  expect(reached).toEqual([4, 6, 9, 10, 10])
})

test('once latency has grown or calls were too many, a round adds one', () => {
  const limit = createWarmLimit({ least: 3, most: 20 })
  reportRounds(limit, 2, () => 100)
  reportRounds(limit, 1, () => 150)
  expect(limit.current).toBe(6)
  reportRounds(limit, 1, () => 100)
  expect(limit.current).toBe(7)
  limit.report('overloaded')
  expect(limit.current).toBe(3)
  reportRounds(limit, 1, () => 100)
  expect(limit.current).toBe(4)
})

test('latency that grows with the calls under way holds the limit where they queue', () => {
  const limit = createWarmLimit({ least: 3, most: 40 })
  const capacity = 10
  reportRounds(limit, 100, () => 100 * Math.max(1, limit.current / capacity))
  expect(limit.current).toBeGreaterThanOrEqual(capacity)
  expect(limit.current).toBeLessThanOrEqual(capacity * 2)
})

test('where calls queue from the beginning the limit stays what it was', () => {
  const limit = createWarmLimit({ least: 3, most: 12 })
  let call = 0
  // Some calls are served first.
  const latencyMs = () => 100 * limit.current * (call++ % 3 === 0 ? 0.6 : 1.2)
  for (let round = 0; round < 50; round++) {
    reportRounds(limit, 1, latencyMs)
    expect(limit.current).toBe(3)
  }
})

test('the limit of a busy cluster does not creep up from one limit to the next', () => {
  let call = 0
  const latencyMs = () => [1_000, 1_900, 2_100, 2_000, 1_800, 2_200][call++ % 6] ?? 0
  let limit = createWarmLimit({ least: 3, most: 12 })
  for (let item = 0; item < 200; item++) {
    // A fast call is rare.
    reportRounds(limit, 5, () => (item % 20 === 0 ? latencyMs() : 2_000))
    expect(limit.current).toBe(3)
    limit = createInFlightLimit({ least: 3, most: 12, learned: limit.learned() })
  }
})

test('latency that more than doubles halves the limit, but never below the least', () => {
  const limit = createWarmLimit({ least: 3, most: 8 })
  reportRounds(limit, 10, () => 100)
  expect(limit.current).toBe(8)
  reportRounds(limit, 1, () => 250)
  expect(limit.current).toBe(4)
  reportRounds(limit, 20, () => 250)
  expect(limit.current).toBe(3)
})

test('rounds whose latency says nothing leave the limit alone', () => {
  const limit = createWarmLimit({ least: 3, most: 8 })
  reportRounds(limit, 20)
  expect(limit.current).toBe(3)
})

test('a limit starts from what an earlier one learned of the same service, within its own bounds', () => {
  const earlier = createWarmLimit({ least: 3, most: 12 })
  reportRounds(earlier, 10, () => 100)
  const limit = createInFlightLimit({ least: 3, most: 12, learned: earlier.learned() })
  expect(limit.current).toBe(12)
  reportRounds(limit, 1, () => 300)
  expect(limit.current).toBe(6)
  expect(createInFlightLimit({ least: 2, most: 2, learned: earlier.learned() }).current).toBe(2)
})

test('a call that waits when the work is aborted is never made', async () => {
  const limit = createInFlightLimit({ least: 1, most: 1 })
  const controller = new AbortController()
  let finishFirst = () => {}
  // Admitted at once: it is under way before the abort.
  const first = limit.run(() => new Promise<void>((resolve) => (finishFirst = resolve)), controller.signal)
  let called = false
  const second = limit.run(async () => void (called = true), controller.signal)
  await Promise.resolve()
  controller.abort(new Error('stop'))
  finishFirst()
  const [firstResult, secondResult] = await Promise.allSettled([first, second])
  expect(firstResult.status).toBe('fulfilled')
  expect(secondResult).toMatchObject({ status: 'rejected', reason: { message: 'stop' } })
  expect(called).toBe(false)
})
