import { expect, test, vi } from 'vitest'
import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { retryWithBackoff } from './retry-with-backoff.ts'

const away = new Error('away')

test('a call is repeated after growing waits until it succeeds', async () => {
  const time = createManualClock()
  const attempt = vi.fn<() => Promise<void>>().mockRejectedValue(away)
  const onFailure = vi.fn()
  const options = { clock: time.clock, maxRetryMs: 1_500, random: () => 1, onFailure }
  const retried = retryWithBackoff(attempt, options)
  await time.pass(500 + 1_000)
  expect(onFailure.mock.calls).toEqual([
    [away, 500],
    [away, 1_000],
    [away, 1_500],
  ])
  attempt.mockResolvedValue()
  await time.pass(1_499)
  expect(attempt).toHaveBeenCalledTimes(3)
  await time.pass(1)
  expect(await retried).toBe(true)
})

test('an abort ends the wait, and so does an error of the caller', async () => {
  const time = createManualClock()
  const stopping = new AbortController()
  const attempt = () => Promise.reject(away)
  const options = { clock: time.clock, signal: stopping.signal, onFailure: () => undefined }
  const retried = retryWithBackoff(attempt, options)
  await time.pass(1)
  expect(time.sleeping()).toBe(1)
  stopping.abort(new Error('stopped'))
  expect(await retried).toBe(false)
  expect(time.sleeping()).toBe(0)
  const onFailure = () => {
    throw new Error('no further attempt')
  }
  await expect(retryWithBackoff(attempt, { ...options, signal: undefined, onFailure })).rejects.toThrow(
    'no further',
  )
})
