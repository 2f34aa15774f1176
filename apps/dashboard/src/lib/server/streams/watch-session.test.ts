import { expect, test, vi } from 'vitest'
import { watchSession } from './watch-session.ts'

const watch = (check: () => Promise<boolean>, signal = new AbortController().signal) =>
  watchSession({ check, signal, intervalMs: 1, timeoutMs: 5 })

test('a session that ends, that can’t be read or that takes too long to read ends the stream', async () => {
  const checks: (() => Promise<boolean>)[] = [
    vi
      .fn<() => Promise<boolean>>()
      .mockResolvedValueOnce(true)
      .mockResolvedValueOnce(true)
      .mockResolvedValue(false),
    () => Promise.reject(new Error('the database is unavailable')),
    () => new Promise(() => undefined),
  ]
  for (const check of checks) {
    const ended = watch(check)
    expect(ended.aborted).toBe(false)
    await expect.poll(() => ended.aborted).toBe(true)
  }
  expect(checks[0]).toHaveBeenCalledTimes(3)
})

test('the session of a stream that is over is not read any more', async () => {
  const check = vi.fn(() => Promise.resolve(true))
  const stream = new AbortController()
  const ended = watch(check, stream.signal)
  await expect.poll(() => check.mock.calls.length).toBeGreaterThan(1)
  stream.abort()
  await expect.poll(() => ended.aborted).toBe(true)
  const calls = check.mock.calls.length
  // Meanwhile another session is read as often as this one would be.
  const other = vi.fn(() => Promise.resolve(true))
  const otherStream = new AbortController()
  watch(other, otherStream.signal)
  await expect.poll(() => other.mock.calls.length).toBeGreaterThan(5)
  otherStream.abort()
  expect(check).toHaveBeenCalledTimes(calls)
})
