import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { backoffMs, sleepUnlessAborted, systemClock } from './clock.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a loop that sleeps unless aborted runs once in each interval, and ends at the abort', async () => {
  const stopping = new AbortController()
  const round = vi.fn()
  const loop = (async () => {
    while (await sleepUnlessAborted(systemClock, 1_000, stopping.signal)) round()
  })()
  await vi.advanceTimersByTimeAsync(2_999)
  expect(round).toHaveBeenCalledTimes(2)
  stopping.abort()
  await loop
  expect(vi.getTimerCount()).toBe(0)
  expect(round).toHaveBeenCalledTimes(2)
})

test('a loop ends without a sleep when its signal has already aborted, and goes on without a signal', async () => {
  expect(await sleepUnlessAborted(systemClock, 1_000, AbortSignal.abort())).toBe(false)
  expect(vi.getTimerCount()).toBe(0)
  const slept = sleepUnlessAborted(systemClock, 1_000, undefined)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await slept).toBe(true)
})

test('the backoff doubles up to its cap, with a random wait of at least a tenth', () => {
  const waits = (random: number) =>
    [0, 1, 2, 5, 99].map((attempt) => backoffMs(attempt, 50, 1_000, () => random))
  expect(waits(1)).toEqual([50, 100, 200, 1_000, 1_000])
  expect(waits(0)).toEqual([5, 10, 20, 100, 100])
})
