import { expect, test } from 'vitest'
import { createConcurrencyLimiter, type ConcurrencyLimiter } from './concurrency-limiter.ts'

/** Reports whole rounds of accepted calls. */
function reportRounds(limiter: ConcurrencyLimiter, rounds: number, latencyMs?: () => number): void {
  for (let round = 0; round < rounds; round++) {
    for (let call = limiter.current; call > 0; call--) limiter.report('accepted', latencyMs?.())
  }
}

/** A limiter after its warm-up calls, whose latency is ignored. */
function createWarmLimiter(bounds: { least: number; most: number }): ConcurrencyLimiter {
  const limiter = createConcurrencyLimiter(bounds)
  reportRounds(limiter, 1, () => 5_000)
  expect(limiter.current).toBe(bounds.least)
  return limiter
}

test('overload halves the limit down to one, and a full round without it adds one up to the least', () => {
  const limiter = createWarmLimiter({ least: 8, most: 8 })
  limiter.report('overloaded')
  expect(limiter.current).toBe(4)
  for (let call = 0; call < 10; call++) limiter.report('overloaded')
  expect(limiter.current).toBe(1)
  limiter.report('accepted')
  expect(limiter.current).toBe(2)
  limiter.report('accepted')
  expect(limiter.current).toBe(2)
  limiter.report('accepted')
  expect(limiter.current).toBe(3)
  for (let call = 0; call < 100; call++) limiter.report('accepted')
  expect(limiter.current).toBe(8)
})

test('while latency stays what it is, each round adds half the limit, up to the most', () => {
  const limiter = createWarmLimiter({ least: 3, most: 10 })
  const reached = [100, 110, 115, 115, 115].map((latencyMs) => {
    reportRounds(limiter, 1, () => latencyMs)
    return limiter.current
  })
  expect(reached).toEqual([4, 6, 9, 10, 10])
})

test('once latency has grown or calls were too many, a round adds one', () => {
  const limiter = createWarmLimiter({ least: 3, most: 20 })
  reportRounds(limiter, 2, () => 100)
  reportRounds(limiter, 1, () => 150)
  expect(limiter.current).toBe(6)
  reportRounds(limiter, 1, () => 100)
  expect(limiter.current).toBe(7)
  limiter.report('overloaded')
  expect(limiter.current).toBe(3)
  reportRounds(limiter, 1, () => 100)
  expect(limiter.current).toBe(4)
})

test('latency that grows with the calls under way holds the limit where they queue', () => {
  const limiter = createWarmLimiter({ least: 3, most: 40 })
  const capacity = 10
  reportRounds(limiter, 100, () => 100 * Math.max(1, limiter.current / capacity))
  expect(limiter.current).toBeGreaterThanOrEqual(capacity)
  expect(limiter.current).toBeLessThanOrEqual(capacity * 2)
})

test('where calls queue from the beginning the limit stays what it was', () => {
  const limiter = createWarmLimiter({ least: 3, most: 12 })
  let call = 0
  // Some calls are served first.
  const latencyMs = () => 100 * limiter.current * (call++ % 3 === 0 ? 0.6 : 1.2)
  for (let round = 0; round < 50; round++) {
    reportRounds(limiter, 1, latencyMs)
    expect(limiter.current).toBe(3)
  }
})

test('the limit of a busy cluster does not creep up from one limit to the next', () => {
  let call = 0
  const latencyMs = () => [1_000, 1_900, 2_100, 2_000, 1_800, 2_200][call++ % 6] ?? 0
  let limiter = createWarmLimiter({ least: 3, most: 12 })
  for (let item = 0; item < 200; item++) {
    // A fast call is rare.
    reportRounds(limiter, 5, () => (item % 20 === 0 ? latencyMs() : 2_000))
    expect(limiter.current).toBe(3)
    limiter = createConcurrencyLimiter({ least: 3, most: 12, learned: limiter.learned() })
  }
})

test('latency that more than doubles halves the limit, but never below the least', () => {
  const limiter = createWarmLimiter({ least: 3, most: 8 })
  reportRounds(limiter, 10, () => 100)
  expect(limiter.current).toBe(8)
  reportRounds(limiter, 1, () => 250)
  expect(limiter.current).toBe(4)
  reportRounds(limiter, 20, () => 250)
  expect(limiter.current).toBe(3)
})

test('rounds whose latency says nothing leave the limit alone', () => {
  const limiter = createWarmLimiter({ least: 3, most: 8 })
  reportRounds(limiter, 20)
  expect(limiter.current).toBe(3)
})

test('a limit starts from what an earlier one learned of the same service, within its own bounds', () => {
  const earlier = createWarmLimiter({ least: 3, most: 12 })
  reportRounds(earlier, 10, () => 100)
  const limiter = createConcurrencyLimiter({ least: 3, most: 12, learned: earlier.learned() })
  expect(limiter.current).toBe(12)
  reportRounds(limiter, 1, () => 300)
  expect(limiter.current).toBe(6)
  expect(createConcurrencyLimiter({ least: 2, most: 2, learned: earlier.learned() }).current).toBe(2)
})

test('a call that waits when the work is aborted is never made', async () => {
  const limiter = createConcurrencyLimiter({ least: 1, most: 1 })
  const controller = new AbortController()
  let finishFirst = () => {}
  // Admitted at once: it is under way before the abort.
  const first = limiter.run(() => new Promise<void>((resolve) => (finishFirst = resolve)), controller.signal)
  let called = false
  const second = limiter.run(async () => void (called = true), controller.signal)
  await Promise.resolve()
  controller.abort(new Error('stop'))
  finishFirst()
  const [firstResult, secondResult] = await Promise.allSettled([first, second])
  expect(firstResult.status).toBe('fulfilled')
  expect(secondResult).toMatchObject({ status: 'rejected', reason: { message: 'stop' } })
  expect(called).toBe(false)
})
