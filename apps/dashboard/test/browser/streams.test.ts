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

/** Maximum duration of a stream; these should end some seconds after their sessions. */
const maxEndMs = 60_000

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

const openStream = (path: string, cookie: string) => fetch(`${stack.url}${path}`, { headers: { cookie } })

/** @returns milliseconds until the stream ends */
async function readToEnd(response: Response): Promise<number> {
  const startedAt = performance.now()
  await response.text()
  return performance.now() - startedAt
}

test('a stream ends soon after its session, for any reason', async () => {
  const [{ id }] = await stack.sql<[{ id: string }]>`select id from dashboard."user" where name = 'viewer'`
  const endings: Record<string, (cookie: string) => Promise<unknown>> = {
    'sign-out': (cookie) => sender.post('/sign-out', {}, { cookie }),
    expiry: () => stack.sql`update dashboard.session set expires_at = now() where user_id = ${id}`,
    'its time is up': () =>
      stack.sql`update dashboard.session set created_at = now() - interval '13 hours' where user_id = ${id}`,
    'another role': () => sender.post('/users?/changeRole', { id, role: 'operator' }, asAdmin),
    'another password': () => sender.post('/users?/setPassword', { id, password }, asAdmin),
    'the user is deleted': () => sender.post('/users?/delete', { id }, asAdmin),
  }
  await whileATaskRuns(async (path) => {
    let othersEnded = false
    const other = await openStream(path, asAdmin.cookie)
    const reading = readToEnd(other).then(() => (othersEnded = true))
    for (const [name, end] of Object.entries(endings)) {
      const cookie = await sender.signIn('viewer')
      const stream = await openStream(path, cookie)
      expect(stream.status, name).toBe(200)
      await end(cookie)
      expect(await readToEnd(stream), name).toBeLessThan(maxEndMs)
      expect((await openStream(path, cookie)).status, name).toBe(401)
    }
    expect(othersEnded).toBe(false)
    asAdmin.cookie = await sender.signIn('ada')
    await stack.sql`delete from dashboard.session where id not in (
      select id from dashboard.session order by created_at desc limit 1)`
    await reading
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
