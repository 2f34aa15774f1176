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
  suite = await startFormSuite({ users: { viewer: 'viewer', many: 'viewer' } })
  ;({ stack, sender, asAdmin } = suite)
})
afterAll(() => suite?.close())

let tasks = 0

/** `work` gets the stream of a task that stays active meanwhile. */
async function whileATaskRuns(work: (path: string) => Promise<void>) {
  await stack.whileImagesAreLocked(async () => {
    const task = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}${++tasks}` })
    try {
      await work(`/live/tasks/${task.id}/stream`)
    } finally {
      await task.cancel()
    }
  })
}

const openStream = (path: string, cookie: string, init: RequestInit = {}) =>
  fetch(`${stack.url}${path}`, { ...init, headers: { cookie } })

test('a stream ends with its session, for any reason, before its maximum duration', async () => {
  const [{ id }] = await stack.sql<[{ id: string }]>`select id from dashboard."user" where name = 'viewer'`
  const endings: Record<string, (cookie: string) => Promise<unknown>> = {
    'sign-out': (cookie) => sender.post('/sign-out', {}, { cookie }),
    expiry: () => stack.sql`update dashboard.session set expires_at = now() where user_id = ${id}`,
    'its time is up': () =>
      stack.sql`update dashboard.session set created_at = now() - interval '13 hours' where user_id = ${id}`,
    removal: () => stack.sql`delete from dashboard.session where user_id = ${id}`,
    'another role': () => sender.post('/users?/changeRole', { id, role: 'operator' }, asAdmin),
    'another password': () => sender.post('/users?/setPassword', { id, password }, asAdmin),
    'the user is deleted': () => sender.post('/users?/delete', { id }, asAdmin),
  }
  await whileATaskRuns(async (path) => {
    for (const [name, end] of Object.entries(endings)) {
      const cookie = await sender.signIn('viewer')
      // It is the older of the two, so it would reach the maximum duration first.
      const leaving = new AbortController()
      const other = await openStream(path, asAdmin.cookie, { signal: leaving.signal })
      let hasOtherEnded = false
      const reading = other.text().then(
        () => void (hasOtherEnded = true),
        () => undefined, // the test has left it
      )
      const stream = await openStream(path, cookie)
      expect([other.status, stream.status], name).toEqual([200, 200])
      await end(cookie)
      await stream.text()
      expect(hasOtherEnded, name).toBe(false)
      leaving.abort()
      await reading
      expect((await openStream(path, cookie)).status, name).toBe(401)
    }
  })
})

test('a session and a user have a limited number of open streams, and closing one frees its place', async () => {
  await whileATaskRuns(async (path) => {
    const cookie = await sender.signIn('many')
    const streams = await Promise.all(Array.from({ length: 14 }, () => openStream(path, cookie)))
    const statuses = streams.map(({ status }) => status).sort()
    expect(statuses).toEqual([...Array<number>(10).fill(200), ...Array<number>(4).fill(429)])
    const open = streams.filter(({ status }) => status === 200)
    await open[0]?.body?.cancel()
    await expect
      .poll(async () => {
        const next = await openStream(path, cookie)
        open.push(next)
        return next.status
      })
      .toBe(200)
    for (let count = 0; count < 4; count++) {
      const other = await sender.signIn('many')
      open.push(...(await Promise.all(Array.from({ length: 10 }, () => openStream(path, other)))))
    }
    expect(open.filter(({ status }) => status === 200)).toHaveLength(1 + 30)
    for (const { body } of open) await body?.cancel()
  })
})
