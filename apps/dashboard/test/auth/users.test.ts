import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  LastAdminError,
  SetupLinkError,
  UnknownUserError,
  UserExistsError,
  WrongPasswordError,
} from '../../src/lib/server/auth/index.ts'
import { device, session, user, type Database } from '../../src/lib/server/database/index.ts'
import { home, openDashboardDatabase, password, whoHas } from './dashboard-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>

beforeEach(async () => {
  opened = await openDashboardDatabase(postgresUrl())
})
afterEach(() => opened.close())

test('only one of two concurrent uses of the set-up link creates the admin, and the link is then invalid', async () => {
  const { auth } = opened
  const link = (await auth.prepareSetup()) ?? ''
  expect(await auth.isSetupLink(link)).toBe(true)
  const outcomes = await Promise.allSettled(
    ['ada', 'eve'].map((name) => auth.setUp(link, { name, password }, home)),
  )
  const [failed] = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(failed?.reason).toBeInstanceOf(SetupLinkError)
  const [done] = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  expect(await whoHas(auth, done?.value.secret ?? '')).toMatchObject({ role: 'admin' })
  expect(await auth.listUsers()).toHaveLength(1)
  expect(await auth.isSetupLink(link)).toBe(false)
  expect(await auth.prepareSetup()).toBeNull()
})

test('the set-up link of a later start replaces the previous one', async () => {
  const { auth } = opened
  const [first, second] = [(await auth.prepareSetup()) ?? '', (await auth.prepareSetup()) ?? '']
  await expect(auth.setUp(first, { name: 'eve', password }, home)).rejects.toThrow(SetupLinkError)
  await expect(auth.setUp('', { name: 'eve', password }, home)).rejects.toThrow(SetupLinkError)
  await auth.setUp(second, { name: 'ada', password }, home)
  expect((await auth.listUsers()).map(({ name }) => name)).toEqual(['ada'])
})

test('a user name is unique', async () => {
  const { auth } = opened
  await auth.createUser({ name: 'ada', password, role: 'viewer' })
  await expect(auth.createUser({ name: 'ada', password, role: 'admin' })).rejects.toThrow(UserExistsError)
  expect(await auth.listUsers()).toMatchObject([{ name: 'ada', role: 'viewer' }])
})

test("the last admin is kept, also if two admins change each other's role at the same moment", async () => {
  const { auth } = opened
  const ada = await auth.createUser({ name: 'ada', password, role: 'admin' })
  await expect(auth.changeRole(ada, 'viewer')).rejects.toThrow(LastAdminError)
  await expect(auth.deleteUser(ada)).rejects.toThrow(LastAdminError)

  const grace = await auth.createUser({ name: 'grace', password, role: 'admin' })
  const outcomes = await Promise.allSettled([auth.changeRole(ada, 'viewer'), auth.deleteUser(grace)])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await auth.listUsers()).filter(({ role }) => role === 'admin')).toHaveLength(1)
})

test('a change of a deleted user is refused, and no audit entry is written', async () => {
  const { auth } = opened
  const onDone = vi.fn(() => Promise.resolve())
  await expect(auth.changeRole('gone', 'viewer', onDone)).rejects.toThrow(UnknownUserError)
  await expect(auth.setPassword('gone', password, onDone)).rejects.toThrow(UnknownUserError)
  await expect(auth.deleteUser('gone', onDone)).rejects.toThrow(UnknownUserError)
  expect(onDone).not.toHaveBeenCalled()
})

test('a change and its audit entry are stored together or not at all', async () => {
  const { auth, db } = opened
  await auth.createUser({ name: 'ada', password, role: 'admin' })
  const grace = await auth.createUser({ name: 'grace', password, role: 'viewer' })
  const { secret } = await auth.signIn({ name: 'grace', password }, home)
  const before = await everything(db)
  const onDone = () => Promise.reject(new Error('the entry can’t be stored'))
  const owner = await whoHas(auth, secret)
  const changes = [
    () => auth.createUser({ name: 'eve', password, role: 'admin' }, onDone),
    () => auth.changeRole(grace, 'admin', onDone),
    () => auth.setPassword(grace, 'another horse, another battery', onDone),
    () => auth.deleteUser(grace, onDone),
    () => auth.signOut(owner.sessionId, onDone),
    () => auth.signOutEverywhere(grace, onDone),
    () =>
      auth.changePassword(owner, { current: password, next: 'another horse, another battery' }, home, onDone),
    () => auth.signIn({ name: 'ada', password }, home, { session: secret }, onDone),
  ]
  for (const change of changes) {
    await expect(change()).rejects.toThrow('the entry can’t be stored')
    expect(await everything(db)).toEqual(before)
  }
})

/** Numbers of users, sessions and devices. */
const everything = async (db: Database) => ({
  users: await db.select().from(user).orderBy(user.id),
  sessions: await db.select().from(session).orderBy(session.id),
  devices: await db.select().from(device).orderBy(device.id),
})

/** Waits, in a transaction, until another one waits for it. */
const untilOneWaits = (tx: Pick<Database, 'execute'>) =>
  expect
    .poll(() =>
      tx.execute(
        sql`select pid from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`,
      ),
    )
    .toHaveLength(1)

test('a sign-in during a change of the password gives no session, although the check of the old one succeeded', async () => {
  const { auth } = opened
  const id = await auth.createUser({ name: 'ada', password, role: 'viewer' })
  let signingIn: Promise<unknown> = Promise.resolve()
  await auth.setPassword(id, 'another horse, another battery', async (tx) => {
    signingIn = expect(auth.signIn({ name: 'ada', password }, home)).rejects.toThrow(WrongPasswordError)
    await untilOneWaits(tx)
  })
  await signingIn
  expect(await opened.db.select().from(session)).toEqual([])
})

test('a change of the password during a sign-in ends the session that this creates', async () => {
  const { auth } = opened
  const id = await auth.createUser({ name: 'ada', password, role: 'viewer' })
  let changing: Promise<unknown> = Promise.resolve()
  const { secret } = await auth.signIn({ name: 'ada', password }, home, {}, async (tx) => {
    changing = auth.setPassword(id, 'another horse, another battery')
    await untilOneWaits(tx)
  })
  await changing
  expect(await auth.readSession(secret, { isUse: false })).toBeNull()
})
