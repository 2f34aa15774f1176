import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { ThrottledError, WrongPasswordError } from '../../src/lib/server/auth/index.ts'
import { device as devices, throttle } from '../../src/lib/server/database/index.ts'
import { home, openDashboardDatabase, password, whoHas } from './dashboard-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const minuteMs = 60_000
const accountAttempts = 10
const addressAttempts = 50

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>

beforeAll(async () => {
  opened = await openDashboardDatabase(postgresUrl())
  for (const name of ['ada', 'grace']) await opened.auth.createUser({ name, password, role: 'viewer' })
})
afterAll(() => opened.close())

// Only the date, not timers: the Postgres client needs those.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(async () => {
  vi.useRealTimers()
  await opened.db.delete(throttle)
})

const attempt = async (name: string, secret: string, address = '192.0.2.1', device?: string) => {
  try {
    const client = { address, userAgent: '' }
    await opened.auth.signIn({ name, password: secret }, client, { device })
    return 'in'
  } catch (error) {
    if (error instanceof ThrottledError) return 'throttled'
    if (error instanceof WrongPasswordError) return 'wrong'
    throw error
  }
}
/** @returns the new value of the device cookie */
const signInFrom = async (name: string, device?: string) => {
  const client = { address: '192.0.2.1', userAgent: '' }
  return (await opened.auth.signIn({ name, password }, client, { device })).deviceSecret
}
const guess = (times: number, name: string) =>
  Promise.all(Array.from({ length: times }, (_, index) => attempt(name, 'a guess', `198.51.100.${index}`)))

test('after ten wrong passwords from any addresses, also concurrent ones, an account refuses the right one too', async () => {
  const outcomes = await guess(accountAttempts + 5, 'ada')
  expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(accountAttempts)
  expect(await attempt('ada', password)).toBe('throttled')
  expect(await attempt('grace', password)).toBe('in')
})

test('attempts at an unknown name are counted in the same way, so that names are not revealed', async () => {
  await guess(accountAttempts, 'nobody')
  expect(await attempt('nobody', 'a guess')).toBe('throttled')
})

test('a throttled account opens again 15 minutes after the first attempt, despite further attempts', async () => {
  await guess(accountAttempts, 'ada')
  vi.setSystemTime(Date.now() + 14 * minuteMs)
  expect(await attempt('ada', password)).toBe('throttled')
  vi.setSystemTime(Date.now() + 1.1 * minuteMs)
  expect(await attempt('ada', password)).toBe('in')
})

test('a successful sign-in resets the count', async () => {
  await guess(accountAttempts - 1, 'ada')
  expect(await attempt('ada', password)).toBe('in')
  await guess(accountAttempts - 1, 'ada')
  expect(await attempt('ada', password)).toBe('in')
})

test('an address that tries many names is throttled, and other addresses are not', async () => {
  for (let index = 0; index < addressAttempts; index++) {
    expect(await attempt(`name-${index}`, 'a guess', '203.0.113.9')).toBe('wrong')
  }
  expect(await attempt('ada', password, '203.0.113.9')).toBe('throttled')
  expect(await attempt('ada', password, '203.0.113.10')).toBe('in')
})

test('a throttled response contains the time until the next attempt', async () => {
  await guess(accountAttempts, 'ada')
  vi.setSystemTime(Date.now() + 5 * minuteMs)
  const refused = opened.auth.signIn({ name: 'ada', password }, { address: '', userAgent: '' }, undefined)
  await expect(refused).rejects.toThrow('too many attempts; try again in 10 min')
})

test('a device that signed in before is not affected by attempts of others', async () => {
  const device = await signInFrom('ada')
  await guess(accountAttempts + 5, 'ada')
  for (let index = 0; index < addressAttempts; index++) await attempt(`name-${index}`, 'a guess')
  expect(await attempt('ada', password)).toBe('throttled')
  expect(await attempt('ada', 'a guess', '192.0.2.1', device)).toBe('wrong')
  expect(await attempt('ada', password, '192.0.2.1', device)).toBe('in')
  // A sign-in of the owner does not reset the count for others.
  expect(await attempt('ada', password, '198.51.100.200')).toBe('throttled')
})

test('a device has ten attempts too, and its user can sign in from others', async () => {
  const [device, other] = [await signInFrom('ada'), await signInFrom('ada')]
  expect(other).not.toBe(device)
  for (let index = 0; index < accountAttempts; index++)
    expect(await attempt('ada', 'a guess', `198.51.100.${index}`, device)).toBe('wrong')
  expect(await attempt('ada', password, '198.51.100.99', device)).toBe('throttled')
  expect(await attempt('ada', password, '198.51.100.99', other)).toBe('in')
  expect(await attempt('ada', password)).toBe('in')
})

test('a device is trusted only for users who signed in with it and sent its cookie', async () => {
  const device = await signInFrom('ada')
  await guess(accountAttempts, 'grace')
  for (const secret of [device, 'planted', '', device.toUpperCase()])
    expect(await attempt('grace', password, '198.51.100.99', secret)).toBe('throttled')
  await opened.db.delete(throttle)
  expect(await signInFrom('grace', device)).toBe(device)
  expect(await signInFrom('grace', 'planted')).not.toBe('planted')
  // A user's own sign-in gives no new attempts at other users of the device.
  for (let index = 0; index < accountAttempts; index++) await attempt('ada', 'a guess', '', device)
  await signInFrom('grace', device)
  expect(await attempt('ada', password, '', device)).toBe('throttled')
})

test('attempts of others do not prevent a signed-in user from changing the password', async () => {
  const { auth } = opened
  const { secret } = await auth.signIn({ name: 'ada', password }, home)
  const user = await whoHas(auth, secret)
  await guess(accountAttempts, 'ada')
  for (let index = 0; index < accountAttempts; index++) {
    const guessed = auth.changePassword(user, { current: 'a guess', next: password }, home)
    await expect(guessed).rejects.toThrow(WrongPasswordError)
  }
  await expect(auth.changePassword(user, { current: password, next: password }, home)).rejects.toThrow(
    ThrottledError,
  )
  vi.setSystemTime(Date.now() + 16 * minuteMs)
  await guess(accountAttempts, 'ada')
  await auth.changePassword(user, { current: password, next: password }, home)
})

test('a user has at most ten devices, and a device expires after half a year without use', async () => {
  await opened.db.delete(devices)
  const oldest = await signInFrom('ada')
  for (let index = 0; index < 10; index++) {
    vi.setSystemTime(Date.now() + minuteMs)
    await signInFrom('ada')
  }
  expect(await opened.db.$count(devices)).toBe(10)
  const kept = await signInFrom('grace')
  await guess(accountAttempts, 'ada')
  expect(await attempt('ada', password, '', oldest)).toBe('throttled')
  vi.setSystemTime(Date.now() + 181 * 24 * 60 * minuteMs)
  await guess(accountAttempts, 'grace')
  expect(await attempt('grace', password, '', kept)).toBe('throttled')
})

test('all addresses of an IPv6 network are counted as one', async () => {
  for (let index = 0; index < addressAttempts; index++)
    await attempt(`name-${index}`, 'a guess', `2001:db8:1:2:${index}::1`)
  expect(await attempt('ada', password, '2001:db8:1:2:ffff::1')).toBe('throttled')
  expect(await attempt('ada', password, '2001:db8:1:3::1')).toBe('in')
})

test('attempts from a throttled address count for that address only, and old rows are removed', async () => {
  const rows = () => opened.db.$count(throttle)
  for (let index = 0; index < addressAttempts + 30; index++)
    await attempt(`name-${index}`, 'a guess', '203.0.113.9')
  expect(await rows()).toBe(1 + addressAttempts)
  vi.setSystemTime(Date.now() + 16 * minuteMs)
  await attempt('another', 'a guess', '203.0.113.10')
  expect(await rows()).toBe(2)
})

test('if there are more than ten thousand windows, the oldest are removed', async () => {
  const now = Date.now()
  const of = (index: number) => ({
    key: `account:${index}`,
    attempts: 10,
    windowStartedAt: new Date(now - index),
  })
  for (let thousand = 0; thousand < 12; thousand++)
    await opened.db
      .insert(throttle)
      .values(Array.from({ length: 1_000 }, (_, index) => of(thousand * 1_000 + index)))
  expect(await attempt('5', password)).toBe('throttled')
  expect(await opened.db.$count(throttle)).toBe(10_000)
})
