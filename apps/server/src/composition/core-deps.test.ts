import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { whenReady } from './core-deps.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new Promise<never>(() => undefined)

test.each([
  ['the tables', () => never, async () => 'done'],
  ['the database', async () => undefined, () => never],
])('a call that %s never respond ends after 20 s as unavailable', async (_, assertReady, call) => {
  const outcome = expect(whenReady(assertReady, call)()).rejects.toMatchObject({
    code: 'database_unavailable',
    message: expect.stringContaining('did not respond within 20 s') as string,
  })
  await vi.advanceTimersByTimeAsync(20_000)
  await outcome
})

test('neither a completed nor a failed call leaves a timer', async () => {
  const add = whenReady(
    async () => undefined,
    async (a: number, b: number) => a + b,
  )
  expect(await add(1, 2)).toBe(3)
  const fail = whenReady(
    async () => undefined,
    () => Promise.reject(new Error('refused')),
  )
  await expect(fail()).rejects.toThrow('refused')
  expect(vi.getTimerCount()).toBe(0)
})
