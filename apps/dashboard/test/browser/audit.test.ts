import { until } from '@ingestion-server/core/testing/until.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { password } from './support/open-browser.ts'
import type { FormSender } from './support/send-form.ts'
import type { Stack } from './support/stack.ts'
import { startFormSuite, type FormSuite } from './support/start-suite.ts'

let suite: FormSuite | undefined
let stack: Stack
let sender: FormSender
let asAdmin: FormSuite['asAdmin']

beforeAll(async () => {
  suite = await startFormSuite({ users: { viewer: 'viewer', operator: 'operator' } })
  ;({ stack, sender, asAdmin } = suite)
})
afterAll(() => suite?.close())

/** Entries that `work` adds to the audit log: user, action, subject, outcome, reason. */
async function added(work: () => Promise<unknown>): Promise<unknown[][]> {
  const [last] = await stack.sql<{ id: string }[]>`select coalesce(max(id), 0) as id from dashboard.audit`
  await work()
  const rows = await stack.sql<Record<string, string | null>[]>`
    select actor, action, subject, outcome, detail->>'code' as code from dashboard.audit
    where id > ${last?.id ?? 0} order by id`
  return rows.map(({ actor, action, subject, outcome, code }) => [actor, action, subject, outcome, code])
}

const taskId = '00000000-0000-7000-8000-000000000000'
const signedIn = ['viewer', 'sign_in', 'viewer', 'done', null]

test('each command that a role may not run is recorded as refused, with the user', async () => {
  const cookie = await sender.signIn('viewer')
  const commands = {
    '/tasks?/cancel': ['cancel', null],
    '/tasks/new/reindex?/start': ['submit', null],
    [`/tasks/${taskId}?/cancel`]: ['cancel', taskId],
    [`/tasks/${taskId}?/retry`]: ['retry', taskId],
    [`/tasks/${taskId}?/limits`]: ['set_limits', taskId],
    [`/tasks/${taskId}?/redrive`]: ['redrive', taskId],
    '/indices?/rollBack': ['roll_back', null],
    '/users?/create': ['create_user', null],
    '/users?/changeRole': ['change_role', null],
    '/users?/setPassword': ['set_password', null],
    '/users?/delete': ['delete_user', null],
    '/tokens?/create': ['create_token', null],
    '/tokens?/revoke': ['revoke_token', null],
  }
  for (const [path, command] of Object.entries(commands)) {
    const send = () => sender.post(path, {}, { cookie })
    expect(await added(send), path).toEqual([['viewer', ...command, 'refused', 'forbidden']])
  }
})

test('a command that needs a higher role for its task is recorded as refused too', async () => {
  const index = { model: 'audio', indexSuffix: stack.suffix } as const
  await (await stack.client.reindex(index)).wait()
  const { taskId: id } = await (await stack.client.deleteIndex(index)).wait()
  const cookie = await sender.signIn('operator')
  for (const path of [`/tasks/${id}?/retry`, '/tasks?/cancel']) {
    const action = path.endsWith('retry') ? 'retry' : 'cancel'
    expect(await added(() => sender.post(path, { task: id }, { cookie }))).toEqual([
      ['operator', action, id, 'refused', 'forbidden'],
    ])
  }
})

test('changes to users are recorded with their outcome', async () => {
  const [{ id }] = await stack.sql<[{ id: string }]>`select id from dashboard."user" where name = 'ada'`
  const gone = '00000000-0000-4000-8000-000000000000'
  const refused = (action: string, subject: string, code: string) => [
    ['ada', action, subject, 'refused', code],
  ]
  const change = (command: string, body: Record<string, string>) =>
    added(() => sender.post(`/users?/${command}`, body, asAdmin))
  for (const [command, action] of [
    ['changeRole', 'change_role'],
    ['setPassword', 'set_password'],
    ['delete', 'delete_user'],
  ] as const) {
    const body = { id: gone, role: 'viewer', password }
    expect(await change(command, body)).toEqual(refused(action, gone, 'unknown_user'))
  }
  expect(await change('delete', { id })).toEqual(refused('delete_user', 'ada', 'own_account'))
  expect(await change('changeRole', { id, role: 'viewer' })).toEqual(
    refused('change_role', 'ada', 'own_account'),
  )
  const fresh = { name: 'fresh', password, role: 'viewer' }
  expect(await change('create', fresh)).toEqual([['ada', 'create_user', 'fresh', 'done', null]])
  expect(await change('create', fresh)).toEqual(refused('create_user', 'fresh', 'user_exists'))
})

test('sign-ins and sign-outs are recorded, and repeated failures in few entries', async () => {
  // Repeated failures are counted in one entry for each quarter of an hour: the test has to be within one.
  const leftMs = () => 900_000 - (Date.now() % 900_000)
  await until('a quarter of an hour to begin', () => leftMs() > 60_000)
  let cookie = ''
  expect(await added(async () => (cookie = await sender.signIn('viewer')))).toEqual([signedIn])
  expect(await added(() => sender.post('/sign-out', {}, { cookie }))).toEqual([
    ['viewer', 'sign_out', null, 'done', null],
  ])
  const link = () => sender.post('/setup?token=guess', { name: 'eve', password, again: password })
  expect(await added(link)).toEqual([[null, 'set_up', null, 'refused', 'setup_link']])
  expect(await added(link)).toEqual([])
  const guesses = await added(async () => {
    for (let count = 0; count < 70; count++)
      await sender.post('/sign-in', { name: count < 14 ? 'fresh' : `nobody-${count}`, password: 'a guess' })
  })
  const kinds = guesses.map(([, , subject, , code]) => [subject, code])
  expect(kinds.slice(0, 2)).toEqual([
    ['fresh', 'wrong_password'],
    ['fresh', 'throttled'],
  ])
  expect(kinds.at(-1)).toEqual([null, 'throttled'])
  expect(kinds.length).toBeLessThan(50)
  const page = await fetch(`${stack.url}/audit`, { headers: asAdmin })
  expect(await page.text()).toMatch(/10 times, last/)
})

test('a command that does not reach the server is recorded as failed', async () => {
  const { cookie } = asAdmin
  await stack.stopServer()
  for (const [path, action, subject] of [
    [`/tasks/${taskId}?/cancel`, 'cancel', taskId],
    ['/indices?/rollBack', 'roll_back', 'image'],
  ] as const) {
    expect(await added(() => sender.post(path, { alias: 'image' }, { cookie }))).toEqual([
      ['ada', action, subject, 'failed', 'connection_failed'],
    ])
  }
  expect(await added(() => sender.post('/tasks/new/reindex?/start', {}, { cookie }))).toEqual([
    ['ada', 'submit', null, 'failed', 'unavailable'],
  ])
})
