import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import {
  fillNewUser,
  fillSignIn,
  open,
  openWithoutScripts,
  password,
  signIn,
  visit,
} from './support/open-browser.ts'
import { startDashboard, type Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let suite: Suite | undefined
let stack: Stack
let browser: Browser

beforeAll(async () => {
  suite = await startSuite({ users: { viewer: 'viewer', operator: 'operator', guessed: 'viewer' } })
  ;({ stack, browser } = suite)
})
afterAll(() => suite?.close())

/** A request as sent by the forms of the page. */
const post = (path: string, body: Record<string, string>, headers: Record<string, string | undefined> = {}) =>
  fetch(`${stack.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(body),
    redirect: 'manual',
    headers: withoutUndefined({ origin: stack.url, accept: 'text/html', ...headers }),
  })

const withoutUndefined = (headers: Record<string, string | undefined>) =>
  Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined)

async function cookieOf(name: string): Promise<string> {
  const response = await post('/sign-in', { name, password })
  expect(response.status).toBe(303)
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

test('the set-up link works once', async () => {
  const { page, close } = await visit(browser, stack.url)
  await page.goto(stack.setupUrl)
  await page.getByText('This link does not work').waitFor()
  const { search } = new URL(stack.setupUrl)
  const again = await post(`/setup${search}`, { name: 'eve', password, again: password })
  expect(again.status).toBe(403)
  await close()
})

test('text typed into the set-up form before its scripts are running is kept', async () => {
  const database = await createTestDatabase(postgresUrl())
  onTestFinished(() => database.drop())
  const fresh = await startDashboard(database.url, stack.serverUrl)
  onTestFinished(() => fresh.stop())
  const { page, close, complaints } = await visit(browser, fresh.url)
  const { release } = await openWithoutScripts(page, fresh.setupUrl)
  await page.getByLabel('Name').fill('early')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await release()
  expect(await page.getByLabel('Name').inputValue()).toBe('early')
  await page.getByLabel('Password again').fill(password)
  await page.getByRole('button', { name: 'Create and sign in' }).click()
  await page.waitForURL('**/tasks')
  expect(complaints()).toEqual([])
  await close()
})

test('text and choices entered before the scripts of a page are running are kept', async () => {
  const { page, close, complaints } = await visit(browser, stack.url)
  const signingIn = await openWithoutScripts(page, '/sign-in')
  await page.getByLabel('Name').fill('operator')
  await page.getByLabel('Password').fill(password)
  await signingIn.release()
  expect(await page.getByLabel('Name').inputValue()).toBe('operator')
  expect(await page.getByLabel('Password').inputValue()).toBe(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${stack.url}/`)

  const building = await openWithoutScripts(page, '/tasks/new/reindex?model=image&index_suffix=filled')
  await page.getByLabel('Model').selectOption('audio')
  await page.getByLabel('Suffix of the new index').fill('typed')
  await building.release()
  expect(await page.getByLabel('Model').inputValue()).toBe('audio')
  expect(await page.getByLabel('Suffix of the new index').inputValue()).toBe('typed')

  const promoting = await openWithoutScripts(page, '/tasks/new/promote')
  await page.getByRole('radio', { name: /^Filtered/ }).check()
  await page.getByText('Exceptions').click()
  await page.getByLabel('The index has far fewer documents').check()
  await promoting.release()
  expect(await page.getByRole('radio', { name: /^Filtered/ }).isChecked()).toBe(true)
  expect(await page.getByLabel('The index has far fewer documents').isChecked()).toBe(true)
  expect(complaints()).toEqual([])
  await close()
})

test('without a session only the sign-in pages are shown', async () => {
  for (const path of [
    '/',
    '/tasks',
    '/tasks/new/reindex',
    '/indices',
    '/users',
    '/tokens',
    '/audit',
    '/account',
  ]) {
    const response = await fetch(`${stack.url}${path}`, { redirect: 'manual' })
    expect(response.status, path).toBe(303)
    expect(response.headers.get('location'), path).toMatch(/^\/sign-in\?next=/)
  }
  for (const path of ['/live/overview', '/live/tasks', '/live/indices', '/live/tasks/x/stream']) {
    expect((await fetch(`${stack.url}${path}`)).status, path).toBe(401)
  }
})

test.each(['forged', 'a'.repeat(43), '%00', "' or 1=1 --"])(
  'a cookie with value %j gives no session',
  async (value) => {
    const headers = { cookie: `ingestion_session=${encodeURIComponent(value)}` }
    const response = await fetch(`${stack.url}/tasks`, { headers, redirect: 'manual' })
    expect(response.status).toBe(303)
  },
)

test('the cookie is hidden from scripts and other sites, and the database stores only a hash', async () => {
  const response = await post('/sign-in', { name: 'viewer', password })
  const cookie = response.headers.get('set-cookie') ?? ''
  expect(cookie).toContain('HttpOnly')
  expect(cookie).toContain('SameSite=Lax')
  const secret = /ingestion_session=([^;]+)/.exec(cookie)?.[1] ?? ''
  const rows = await stack.sql`select 1 from dashboard.session where id = ${secret}`
  expect(rows).toHaveLength(0)
})

test('signing in creates a new session and ends the previous one', async () => {
  const planted = await cookieOf('viewer')
  const response = await post('/sign-in', { name: 'operator', password }, { cookie: planted })
  const fresh = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  expect(fresh).not.toBe(planted)
  const status = async (cookie: string) =>
    (await fetch(`${stack.url}/tasks`, { headers: { cookie }, redirect: 'manual' })).status
  expect(await status(planted)).toBe(303)
  expect(await status(fresh)).toBe(200)
})

test('over https the cookie is marked Secure', async () => {
  const origin = stack.url.replace('http:', 'https:')
  const response = await post(
    '/sign-in',
    { name: 'viewer', password },
    { 'x-forwarded-proto': 'https', origin },
  )
  expect(response.status).toBe(303)
  expect(response.headers.get('set-cookie')).toContain('Secure')
  expect(response.headers.get('strict-transport-security')).toContain('max-age=')
})

test.each(['https://elsewhere.example', 'null', undefined])(
  'a form from %j is refused, whatever it requests',
  async (origin) => {
    const cookie = await cookieOf('operator')
    const body = { name: 'operator', password, model: 'audio', index_suffix: 'forged' }
    for (const path of [
      '/sign-in',
      '/sign-out',
      '/theme',
      '/tasks/new/reindex?/start',
      '/account?/signOutEverywhere',
    ]) {
      const response = await post(path, body, { cookie, origin })
      expect(response.status, path).toBe(403)
    }
    expect((await stack.client.tasks.list({ index: 'audio-forged' })).tasks).toEqual([])
    const own = await fetch(`${stack.url}/tasks`, { headers: { cookie }, redirect: 'manual' })
    expect(own.status).toBe(200)
  },
)

test('requests that are not forms start nothing either', async () => {
  const cookie = await cookieOf('operator')
  for (const type of ['application/json', 'text/plain', 'application/xml']) {
    const response = await fetch(`${stack.url}/tasks/new/reindex?/start`, {
      method: 'POST',
      body: '{"model":"audio","index_suffix":"forged"}',
      headers: { cookie, 'content-type': type, origin: 'https://elsewhere.example', accept: 'text/html' },
    })
    expect(response.status, type).toBeGreaterThanOrEqual(400)
    expect(response.status, type).toBeLessThan(500)
  }
  expect((await stack.client.tasks.list({ index: 'audio-forged' })).tasks).toEqual([])
})

test('invalid parameters in a URL are explained or ignored', async () => {
  const cookie = await cookieOf('ada')
  const long = 'x'.repeat(5_000)
  for (const path of [
    '/tasks?page=nonsense',
    '/tasks?status=nonsense&action=%00&model=%00',
    `/tasks?q=${long}&since=nonsense&sort=nonsense`,
    '/tasks?q=%00%20status:%00%20%22',
    `/tasks?index=${long}&requested_by=${long}`,
    '/tasks/nonsense',
    '/tasks/%00',
    '/tasks/new/nonsense',
    '/tasks/new/promote?index=nonsense&alias=nonsense&allow_shrink=nonsense',
    '/audit?before=nonsense&actor=%00',
    '/sign-in?next=https://elsewhere.example',
    '/live/tasks?page=nonsense',
    '/live/tasks/nonsense',
    '/live/tasks/nonsense/stream',
    '/nonsense',
  ]) {
    const response = await fetch(`${stack.url}${path}`, {
      headers: { cookie, accept: 'text/html' },
      redirect: 'manual',
    })
    expect(response.status, path).toBeLessThan(500)
    await response.body?.cancel()
  }
  expect((await post('/sign-in', { name: 'ada\0', password })).status).toBe(400)
  expect((await post('/tasks?/cancel', { task: 'a\0b' }, { cookie })).status).toBe(200)
  expect((await post('/tokens?/revoke', { id: 'a\0b', name: '\0' }, { cookie })).status).toBe(400)
})

test('after ten attempts sign-in is throttled, also for the right password, and the page shows for how long', async () => {
  const wrong = () => post('/sign-in', { name: 'guessed', password: 'a guess' })
  const statuses = (await Promise.all(Array.from({ length: 12 }, wrong))).map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array<number>(10).fill(400), 429, 429])
  const refused = await post('/sign-in', { name: 'guessed', password })
  expect(refused.status).toBe(429)
  expect(await refused.text()).toMatch(/too many attempts; try again in \d+ min/)
})

test('attempts of others do not lock out a browser that has signed in before', async () => {
  const { page, close, complaints } = await visit(browser, stack.url)
  await page.goto('/sign-in')
  await fillSignIn(page, 'operator')
  await page.waitForURL(`${stack.url}/`)
  const cookies = await page.context().cookies(`${stack.url}/sign-in`)
  expect(cookies).toContainEqual(
    expect.objectContaining({ name: 'ingestion_device', path: '/sign-in', httpOnly: true, sameSite: 'Lax' }),
  )
  await page.request.post('/sign-out', { form: {}, headers: { origin: stack.url } })
  for (let count = 0; count < 11; count++) await post('/sign-in', { name: 'operator', password: 'a guess' })
  expect((await post('/sign-in', { name: 'operator', password })).status).toBe(429)
  await page.goto('/sign-in')
  await fillSignIn(page, 'operator')
  await page.waitForURL(`${stack.url}/`)
  expect(complaints()).toEqual([])
  await close()
  await stack.sql`delete from dashboard.throttle`
})

test('a viewer sees no controls for changes, and the actions refuse direct calls', async () => {
  const { page, close, complaints } = await visit(browser, stack.url)
  await signIn(page, 'viewer')
  await page.goto('/tasks')
  await page.getByRole('heading', { name: 'Tasks' }).waitFor()
  expect(await page.getByRole('link', { name: 'New task' }).count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0)
  await page.goto('/tasks/new/reindex')
  await page.getByRole('heading', { name: 'Your role does not allow this' }).waitFor()
  expect(complaints()).toEqual([])
  await close()

  const cookie = await cookieOf('viewer')
  const id = '00000000-0000-7000-8000-000000000000'
  for (const path of [
    '/tasks?/cancel',
    '/tasks?/retry',
    '/tasks/new/reindex?/plan',
    '/tasks/new/reindex?/start',
    `/tasks/${id}?/cancel`,
    `/tasks/${id}?/retry`,
    `/tasks/${id}?/limits`,
    `/tasks/${id}?/redrive`,
    '/indices?/rollBack',
    '/users?/create',
    '/users?/changeRole',
    '/users?/setPassword',
    '/users?/delete',
    '/tokens?/create',
    '/tokens?/revoke',
  ]) {
    expect((await post(path, { model: 'image', index: 'image/x' }, { cookie })).status, path).toBe(403)
  }
  expect((await fetch(`${stack.url}/audit`, { headers: { cookie } })).status).toBe(403)
})

test('an operator may build, but neither delete nor see users', async () => {
  const cookie = await cookieOf('operator')
  const status = async (path: string) => (await fetch(`${stack.url}${path}`, { headers: { cookie } })).status
  expect(await status('/tasks/new/reindex')).toBe(200)
  expect(await status('/tasks/new/delete')).toBe(403)
  expect(await status('/users')).toBe(403)
  expect((await post('/tasks/new/delete?/start', { index: 'image/x' }, { cookie })).status).toBe(403)
})

test('a command on a task needs the role that its action needs', async () => {
  const index = { model: 'audio', indexSuffix: `${stack.suffix}roles` } as const
  const built = await (await stack.client.reindex(index)).wait()
  const deleted = await (await stack.client.deleteIndex(index)).wait()
  const needed = { [built.taskId]: ['operator', 'ada'], [deleted.taskId]: ['ada'] }
  for (const name of ['viewer', 'operator', 'ada']) {
    const cookie = await cookieOf(name)
    for (const [id, allowed] of Object.entries(needed)) {
      for (const command of ['cancel', 'retry', 'redrive', 'limits']) {
        const { status } = await post(`/tasks/${id}?/${command}`, {}, { cookie })
        if (allowed.includes(name)) expect(status, `${name} ${command}`).not.toBe(403)
        else expect(status, `${name} ${command}`).toBe(403)
      }
    }
  }
  const several = await post(
    '/tasks?/cancel',
    { task: deleted.taskId },
    { cookie: await cookieOf('operator') },
  )
  expect(await several.text()).toContain('This needs the role admin')
})

test('a session that ended while a form was filled leads back to the filled form', async () => {
  const { page, close, complaints } = await visit(browser, stack.url)
  await signIn(page, 'operator')
  await page.goto('/tasks/new/reindex')
  await page.getByLabel('Suffix of the new index').fill('half-typed')
  await page.getByLabel('Failed documents to accept').fill('7')
  await stack.sql`delete from dashboard.session`
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('Sign in to continue where you were').waitFor()
  await fillSignIn(page, 'operator')
  await page.waitForURL('**/tasks/new/reindex?**')
  expect(await page.getByLabel('Suffix of the new index').inputValue()).toBe('half-typed')
  expect(await page.getByLabel('Failed documents to accept').inputValue()).toBe('7')
  expect(complaints()).toEqual([])
  await close()
})

test('an idle session ends, a used one continues to its maximum age, and open pages do not count as use', async () => {
  const cookie = await cookieOf('viewer')
  const status = async (path: string) =>
    (await fetch(`${stack.url}${path}`, { headers: { cookie }, redirect: 'manual' })).status
  const age = (minutes: number) =>
    stack.sql`update dashboard.session set expires_at = now() + interval '120 minutes' - ${minutes} * interval '1 minute'`
  const left = async () => {
    const [row] = await stack.sql<{ minutes: number }[]>`
      select extract(epoch from max(expires_at) - now())::float / 60 as minutes from dashboard.session`
    return row?.minutes ?? 0
  }
  await age(100)
  expect(await status('/live/tasks')).toBe(200)
  expect(await left()).toBeLessThan(21)
  expect(await status('/tasks')).toBe(200)
  expect(await left()).toBeGreaterThan(118)
  await stack.sql`update dashboard.session set created_at = now() - interval '721 minutes'`
  expect(await status('/tasks')).toBe(303)
  const other = await cookieOf('viewer')
  await age(121)
  expect((await fetch(`${stack.url}/tasks`, { headers: { cookie: other }, redirect: 'manual' })).status).toBe(
    303,
  )
})

test('signing out everywhere ends the sessions in other browsers too', async () => {
  const other = await cookieOf('operator')
  const { page, close } = await visit(browser, stack.url)
  await signIn(page, 'operator')
  await page.goto('/account')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.waitForURL('**/sign-in')
  const response = await fetch(`${stack.url}/tasks`, { headers: { cookie: other }, redirect: 'manual' })
  expect(response.status).toBe(303)
  await close()
})

test('one session is signed out from another browser, only by its own user', async () => {
  const [lost, foreign] = [await cookieOf('operator'), await cookieOf('viewer')]
  const [kept] = await stack.sql<{ id: string }[]>`
    select session.id from dashboard.session join dashboard."user" on "user".id = user_id
    where name = 'viewer' order by session.created_at desc`
  const { page, complaints, close } = await visit(browser, stack.url, { userAgent: 'Firefox/140.0' })
  await signIn(page, 'operator')
  await open(page, '/account')
  const status = async (cookie: string) =>
    (await fetch(`${stack.url}/tasks`, { headers: { cookie }, redirect: 'manual' })).status
  const buttons = page.getByRole('button', { name: /^Sign out the session of/ })
  const sessions = await buttons.count()
  // Newest first, below the one of this browser, which has no button.
  await buttons.first().click()
  await page.getByText('The session is signed out.').waitFor()
  await expect.poll(() => buttons.count()).toBe(sessions - 1)
  expect([await status(lost), await status(foreign)]).toEqual([303, 200])
  const own = await cookieOf('operator')
  await post('/account?/signOutSession', { session: kept?.id ?? '' }, { cookie: own })
  expect([await status(foreign), await status(own)]).toEqual([200, 200])
  await page.reload()
  await page.getByText('this one').waitFor()
  expect(complaints()).toEqual([])
  await close()
})

test("an admin changes a role, which signs the user out, and can't demote the last admin", async () => {
  const { page, close, complaints } = await visit(browser, stack.url)
  await signIn(page, 'ada')
  await fillNewUser(page, 'grace', 'viewer')
  const cookie = await cookieOf('grace')
  const row = page.getByRole('row').filter({ hasText: 'grace' })
  await row.getByText('Role…').click()
  await row.getByRole('radio', { name: /^operator/ }).check()
  await row.getByRole('button', { name: 'Change role' }).click()
  await page.getByText('grace is operator now').waitFor()
  expect((await fetch(`${stack.url}/tasks`, { headers: { cookie }, redirect: 'manual' })).status).toBe(303)

  await page.goto('/audit?actor=ada')
  await page.getByRole('row').getByText('Changed the role of').first().waitFor()
  const admin = await stack.sql<{ id: string }[]>`select id from dashboard."user" where name = 'ada'`
  const own = await post('/users?/delete', { id: admin[0]?.id ?? '' }, { cookie: await cookieOf('ada') })
  expect(own.status).toBe(409)
  expect(complaints()).toEqual([])
  await close()
})
