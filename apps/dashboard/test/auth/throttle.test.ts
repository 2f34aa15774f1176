import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { ThrottledError, WrongPasswordError } from '../../src/lib/server/auth/index.ts'
import { throttle } from '../../src/lib/server/database/index.ts'
import { openDashboardDatabase, password } from './dashboard-database.ts'
import { postgresUrl } from '../../../../packages/core/test/support/postgres-url.ts'

const minuteMs = 60_000
const accountAttempts = 10
const addressAttempts = 50

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>

beforeAll(async () => {
  opened = await openDashboardDatabase(postgresUrl())
  for (const name of ['ada', 'grace']) await opened.auth.createUser({ name, password, role: 'viewer' })
})
afterAll(() => opened.close())

// Only what the time is, not timers: Postgres's client needs those.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(async () => {
  vi.useRealTimers()
  await opened.db.delete(throttle)
})

const attempt = async (name: string, secret: string, address = '192.0.2.1') => {
  try {
    await opened.auth.signIn({ name, password: secret }, { address, userAgent: '' }, undefined)
    return 'in'
  } catch (error) {
    if (error instanceof ThrottledError) return 'throttled'
    if (error instanceof WrongPasswordError) return 'wrong'
    throw error
  }
}
const guess = (times: number, name: string) =>
  Promise.all(Array.from({ length: times }, (_, index) => attempt(name, 'a guess', `198.51.100.${index}`)))

test('an account takes ten guesses, at the same moment and from anywhere, and then not even the right password', async () => {
  const outcomes = await guess(accountAttempts + 5, 'ada')
  expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(accountAttempts)
  expect(await attempt('ada', password)).toBe('throttled')
  expect(await attempt('grace', password)).toBe('in')
})

test('guesses at a name that nobody has are counted the same, so that they tell nothing', async () => {
  await guess(accountAttempts, 'nobody')
  expect(await attempt('nobody', 'a guess')).toBe('throttled')
})

test('an account that was guessed at opens again a quarter of an hour after the first guess, guessed at meanwhile or not', async () => {
  await guess(accountAttempts, 'ada')
  vi.setSystemTime(Date.now() + 14 * minuteMs)
  expect(await attempt('ada', password)).toBe('throttled')
  vi.setSystemTime(Date.now() + 1.1 * minuteMs)
  expect(await attempt('ada', password)).toBe('in')
})

test('whoever signs in starts anew', async () => {
  await guess(accountAttempts - 1, 'ada')
  expect(await attempt('ada', password)).toBe('in')
  await guess(accountAttempts - 1, 'ada')
  expect(await attempt('ada', password)).toBe('in')
})

test('an address that tries many names is stopped, and the others are not', async () => {
  for (let index = 0; index < addressAttempts; index++) {
    expect(await attempt(`name-${index}`, 'a guess', '203.0.113.9')).toBe('wrong')
  }
  expect(await attempt('ada', password, '203.0.113.9')).toBe('throttled')
  expect(await attempt('ada', password, '203.0.113.10')).toBe('in')
})

test('the refusal says for how long', async () => {
  await guess(accountAttempts, 'ada')
  vi.setSystemTime(Date.now() + 5 * minuteMs)
  const refused = opened.auth.signIn({ name: 'ada', password }, { address: '', userAgent: '' }, undefined)
  await expect(refused).rejects.toThrow('too many attempts; try again in 10 min')
})
