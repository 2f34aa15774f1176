import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { WrongPasswordError } from '../../src/lib/server/auth/index.ts'
import { home, openDashboardDatabase, password, whoHas } from './dashboard-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>
let userId: string

beforeAll(async () => {
  opened = await openDashboardDatabase(postgresUrl())
  userId = await opened.auth.createUser({ name: 'grace', password, role: 'viewer' })
})
afterAll(() => opened.close())

// Only the date, not timers: the Postgres client needs those.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(async () => {
  await opened.auth.signOutEverywhere(userId)
  vi.useRealTimers()
})

const signIn = async (former?: string) =>
  (await opened.auth.signIn({ name: 'grace', password }, home, { session: former })).secret
const isSignedIn = async (secret: string, isUse = false) =>
  (await opened.auth.readSession(secret, { isUse })) !== null
const pass = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000)

test('a sign-in creates a new secret, and the database stores only its hash', async () => {
  const [one, other] = [await signIn(), await signIn()]
  expect(one).not.toBe(other)
  expect(await whoHas(opened.auth, one)).toMatchObject({ name: 'grace', role: 'viewer' })
  const rows = await opened.db.execute<{ id: string }>(sql`select id from dashboard.session`)
  expect(rows).toHaveLength(2)
  for (const { id } of rows) {
    expect([one, other]).not.toContain(id)
    expect(await isSignedIn(id)).toBe(false)
  }
})

test('a sign-in ends the session that the request had before', async () => {
  const planted = await signIn()
  const fresh = await signIn(planted)
  expect(await isSignedIn(planted)).toBe(false)
  expect(await isSignedIn(fresh)).toBe(true)
})

test('an unused session ends after its idle timeout', async () => {
  const secret = await signIn()
  pass(119)
  expect(await isSignedIn(secret)).toBe(true)
  pass(2)
  expect(await isSignedIn(secret)).toBe(false)
})

test('a used session continues until its maximum age', async () => {
  const secret = await signIn()
  for (let hour = 1; hour < 12; hour++) {
    pass(60)
    expect(await isSignedIn(secret, true)).toBe(true)
  }
  pass(61)
  expect(await isSignedIn(secret, true)).toBe(false)
})

test('automatic refreshes of a page do not keep a session alive', async () => {
  const secret = await signIn()
  for (let minute = 0; minute < 120; minute += 20) {
    expect(await isSignedIn(secret)).toBe(true)
    pass(20)
  }
  expect(await isSignedIn(secret)).toBe(false)
})

test('a change of the password requires the current one and ends all other sessions', async () => {
  const { auth } = opened
  const [own, other] = [await signIn(), await signIn()]
  const user = await whoHas(auth, own)
  const next = 'another horse, another battery'
  await expect(auth.changePassword(user, { current: 'a guess', next }, home)).rejects.toThrow(
    WrongPasswordError,
  )
  expect(await isSignedIn(other)).toBe(true)

  const { secret } = await auth.changePassword(user, { current: password, next }, home)
  expect([await isSignedIn(own), await isSignedIn(other), await isSignedIn(secret)]).toEqual([
    false,
    false,
    true,
  ])
  await expect(signIn()).rejects.toThrow(WrongPasswordError)
  await auth.setPassword(userId, password)
  expect(await isSignedIn(secret)).toBe(false)
})

test('one session is ended, only by its own user and once', async () => {
  const { auth } = opened
  const [own, other] = [await signIn(), await signIn()]
  const { id, sessionId } = await whoHas(auth, other)
  const stranger = await auth.createUser({ name: 'stranger', password, role: 'admin' })
  let records = 0
  const onDone = async () => void records++
  expect(await auth.signOutSession(stranger, sessionId, onDone)).toBe(false)
  expect([await isSignedIn(own), await isSignedIn(other)]).toEqual([true, true])
  expect(await auth.signOutSession(id, sessionId, onDone)).toBe(true)
  expect(await auth.signOutSession(id, sessionId, onDone)).toBe(false)
  expect([await isSignedIn(own), await isSignedIn(other), records]).toEqual([true, false, 1])
})

test('a change of the role ends the sessions of the user', async () => {
  const secret = await signIn()
  expect(await opened.auth.changeRole(userId, 'operator')).toBe('grace')
  expect(await isSignedIn(secret)).toBe(false)
  expect(await whoHas(opened.auth, await signIn())).toMatchObject({ role: 'operator' })
})

test('the sessions of a deleted user end', async () => {
  const { auth } = opened
  const id = await auth.createUser({ name: 'gone', password, role: 'viewer' })
  const { secret } = await auth.signIn({ name: 'gone', password }, home, undefined)
  expect(await auth.deleteUser(id)).toBe('gone')
  expect(await isSignedIn(secret)).toBe(false)
})
