import { expect, test } from 'vitest'
import { createInFlightLimit, type InFlightLimit } from './in-flight-limit.ts'

/** Reports whole rounds of accepted calls. */
function reportRounds(limit: InFlightLimit, rounds: number, latencyMs?: () => number): void {
  for (let round = 0; round < rounds; round++) {
    for (let call = limit.current; call > 0; call--) limit.report('accepted', latencyMs?.())
  }
}

test('overload halves the limit down to one, and a full round without it adds one up to the least', () => {
  const limit = createInFlightLimit({ start: 8, least: 8, most: 8 })
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

test('while latency stays what it is, each round adds one, up to the most', () => {
  const limit = createInFlightLimit({ start: 3, least: 3, most: 6 })
  reportRounds(limit, 1, () => 100)
  expect(limit.current).toBe(4)
  reportRounds(limit, 1, () => 110)
  expect(limit.current).toBe(5)
  reportRounds(limit, 10, () => 115)
  expect(limit.current).toBe(6)
})

test('latency that grows with the calls under way holds the limit where they queue', () => {
  const limit = createInFlightLimit({ start: 3, least: 3, most: 40 })
  const capacity = 10
  const latencyMs = () => 100 * Math.max(1, limit.current / capacity)
  reportRounds(limit, 100, latencyMs)
  expect(limit.current).toBeGreaterThanOrEqual(capacity)
  expect(limit.current).toBeLessThanOrEqual(capacity * 2)
})

test('latency that doubles takes calls away, but never below the least', () => {
  const limit = createInFlightLimit({ start: 3, least: 3, most: 8 })
  reportRounds(limit, 10, () => 100)
  expect(limit.current).toBe(8)
  reportRounds(limit, 1, () => 250)
  expect(limit.current).toBe(7)
  reportRounds(limit, 20, () => 250)
  expect(limit.current).toBe(3)
})

test('rounds whose latency says nothing leave the limit alone', () => {
  const limit = createInFlightLimit({ start: 3, least: 3, most: 8 })
  reportRounds(limit, 20)
  expect(limit.current).toBe(3)
})

test('a call that waits when the work is aborted is never made', async () => {
  const limit = createInFlightLimit({ start: 1, least: 1, most: 1 })
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
