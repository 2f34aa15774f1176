import { startPgBouncer } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { home, openDashboardDatabase, password, whoHas } from './dashboard-database.ts'
import { tasksRole } from '@ingestion-server/core/testing/test-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const endings = new AsyncDisposableStack()
let opened: Awaited<ReturnType<typeof openDashboardDatabase>>

beforeAll(async () => {
  const pooler = await startPgBouncer({ postgresUrl: postgresUrl(), poolSize: 2, users: [tasksRole] })
  endings.defer(() => pooler.stop())
  opened = await openDashboardDatabase(pooler.url)
  endings.defer(() => opened.close())
})
afterAll(() => endings.disposeAsync())

test('behind a transaction pooler every change of a user is stored, and a session belongs to its user', async () => {
  const { auth } = opened
  const { secret } = await auth.setUp((await auth.prepareSetup()) ?? '', { name: 'ada', password }, home)
  const names = Array.from({ length: 12 }, (_, place) => `user-${place}`)
  const ids = await Promise.all(names.map((name) => auth.createUser({ name, password, role: 'viewer' })))
  expect(await Promise.all(ids.map((id) => auth.changeRole(id, 'operator')))).toEqual(names)
  const sessions = await Promise.all(names.map((name) => auth.signIn({ name, password }, home, undefined)))
  const found = await Promise.all(sessions.map((session) => whoHas(auth, session.secret)))
  expect(found.map(({ name, role }) => ({ name, role }))).toEqual(
    names.map((name) => ({ name, role: 'operator' })),
  )
  expect(await Promise.all(ids.slice(0, 6).map((id) => auth.deleteUser(id)))).toEqual(names.slice(0, 6))
  expect((await auth.listUsers()).map(({ name }) => name).sort()).toEqual(['ada', ...names.slice(6)].sort())
  expect(await whoHas(auth, secret)).toMatchObject({ name: 'ada', role: 'admin' })
})
