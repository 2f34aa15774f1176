import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rejection } from '../../test/client-test.ts'
import { systemClock } from './clock.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a sleep ends after its time and leaves no listener on the signal', async () => {
  const { signal } = new AbortController()
  const removed = vi.spyOn(signal, 'removeEventListener')
  const sleep = systemClock.sleep(1_000, signal)
  await vi.advanceTimersByTimeAsync(999)
  expect(removed).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await sleep
  expect(removed).toHaveBeenCalledOnce()
})

test('a sleep is rejected with the reason when the signal aborts, and its timer is cleared', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const rejected = rejection(systemClock.sleep(1_000, controller.signal))
  controller.abort(reason)
  expect(await rejected).toBe(reason)
  expect(vi.getTimerCount()).toBe(0)
  expect(await rejection(systemClock.sleep(1_000, controller.signal))).toBe(reason)
})

test('a sleep longer than the maximum of a timer does not end immediately', async () => {
  const ended = vi.fn()
  void systemClock.sleep(2 ** 40).then(ended)
  await vi.advanceTimersByTimeAsync(1_000_000)
  expect(ended).not.toHaveBeenCalled()
})
