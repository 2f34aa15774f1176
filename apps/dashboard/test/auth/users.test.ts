import { afterEach, beforeEach, expect, test } from 'vitest'
import { LastAdminError, SetupLinkError, UserExistsError } from '../../src/lib/server/auth/index.ts'
import { home, openDashboardDatabase, password, whoHas } from './dashboard-database.ts'
import { postgresUrl } from '../../../../packages/core/test/support/postgres-url.ts'

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>

beforeEach(async () => {
  opened = await openDashboardDatabase(postgresUrl())
})
afterEach(() => opened.close())

test('of two who use the set-up link at the same moment one becomes the admin, and then there is no link', async () => {
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

test('a later start’s set-up link takes the place of the one before', async () => {
  const { auth } = opened
  const [first, second] = [(await auth.prepareSetup()) ?? '', (await auth.prepareSetup()) ?? '']
  await expect(auth.setUp(first, { name: 'eve', password }, home)).rejects.toThrow(SetupLinkError)
  await expect(auth.setUp('', { name: 'eve', password }, home)).rejects.toThrow(SetupLinkError)
  await auth.setUp(second, { name: 'ada', password }, home)
  expect((await auth.listUsers()).map(({ name }) => name)).toEqual(['ada'])
})

test('a name is given once', async () => {
  const { auth } = opened
  await auth.createUser({ name: 'ada', password, role: 'viewer' })
  await expect(auth.createUser({ name: 'ada', password, role: 'admin' })).rejects.toThrow(UserExistsError)
  expect(await auth.listUsers()).toMatchObject([{ name: 'ada', role: 'viewer' }])
})

test('the last admin stays, also when two take the role from each other at the same moment', async () => {
  const { auth } = opened
  const ada = await auth.createUser({ name: 'ada', password, role: 'admin' })
  await expect(auth.changeRole(ada, 'viewer')).rejects.toThrow(LastAdminError)
  await expect(auth.deleteUser(ada)).rejects.toThrow(LastAdminError)

  const grace = await auth.createUser({ name: 'grace', password, role: 'admin' })
  const outcomes = await Promise.allSettled([auth.changeRole(ada, 'viewer'), auth.deleteUser(grace)])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await auth.listUsers()).filter(({ role }) => role === 'admin')).toHaveLength(1)
})

test('what is asked of a user who is gone is answered with nobody', async () => {
  const { auth } = opened
  expect(await auth.changeRole('gone', 'viewer')).toBeNull()
  expect(await auth.setPassword('gone', password)).toBeNull()
  expect(await auth.deleteUser('gone')).toBeNull()
})
