import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { inspect } from './support/inspect.ts'
import { fillSignIn, open, showPlan, signIn, visit, type Visitor } from './support/open-browser.ts'
import { startDashboard, type Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

let suite: Suite | undefined
let stack: Stack
let admin: Visitor
let stranger: Visitor
let operator: Visitor
let taskIds: { succeeded: string; failed: string }

beforeAll(async () => {
  suite = await startSuite({
    env: { ENVIRONMENT: 'production' },
    users: { grace: 'operator' },
    async beforeSetUp({ stack: { url, setupUrl }, browser }) {
      stranger = await visit(browser, url)
      await inspectAt(stranger.page, setupUrl, 'setup')
    },
  })
  ;({ stack, admin } = suite)
  operator = await visit(suite.browser, stack.url)
  await signIn(operator.page, 'grace')
  const building = await stack.as('ada').reindex({ model: 'audio', indexSuffix: `${stack.suffix}1` })
  await building.wait()
  await stack.sql`update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id in (select id from image order by id limit 3)`
  const failing = await stack.as('grace').reindex({ model: 'image', indexSuffix: `${stack.suffix}2` })
  await failing.wait().catch(() => undefined) // the task has to fail, to show failed documents
  taskIds = { succeeded: building.id, failed: failing.id }
})

afterAll(() => suite?.close())

async function inspectAt(
  page: Page,
  path: string,
  name: string,
  prepare?: () => Promise<void>,
): Promise<void> {
  await open(page, path)
  await prepare?.()
  await inspect(page, name)
}

test.each([
  ['overview', '/'],
  ['tasks', '/tasks'],
  ['tasks-none-fits', '/tasks?status=queued&model=nothing&q=state:x'],
  ['new-task', '/tasks/new'],
  ['reindex', '/tasks/new/reindex'],
  ['filter', '/tasks/new/filter'],
  ['promote', '/tasks/new/promote'],
  ['indices', '/indices'],
  ['users', '/users'],
  ['tokens', '/tokens'],
  ['audit', '/audit'],
  ['account', '/account'],
  ['not-found', '/tasks/00000000-0000-7000-8000-000000000000'],
])('the page %s is legible in light and dark, wide and narrow', async (name, path) => {
  await inspectAt(admin.page, path, name)
  expect(admin.complaints()).toEqual([])
})

test.each(['succeeded', 'failed'] as const)(
  'the page of a task that %s is legible in light and dark, wide and narrow',
  async (status) => {
    await inspectAt(admin.page, `/tasks/${taskIds[status]}`, `task-${status}`, () =>
      admin.page.getByText('Equivalent commands').click(),
    )
    expect(admin.complaints()).toEqual([])
  },
)

test('the pages of a task that runs, and of the history with it, are legible in light and dark, wide and narrow', async () => {
  const { page, complaints } = admin
  await stack.whileImagesAreLocked(async () => {
    const { id } = await stack.as('grace').reindex({ model: 'image', indexSuffix: `${stack.suffix}3` })
    await inspectAt(page, `/tasks/${id}`, 'task-running', async () => {
      await page.getByLabel('State').getByText('Running', { exact: true }).waitFor()
      await page.getByText('Limits…').click()
    })
    await inspectAt(page, '/tasks', 'tasks-running')
    await (await stack.client.tasks.handle(id)).cancel()
  })
  expect(complaints()).toEqual([])
})

test.each(['reindex', 'filter', 'promote', 'delete'] as const)(
  'the plan of a task to %s is legible in light and dark, wide and narrow',
  async (slug) => {
    const { page, complaints } = admin
    const index = `audio/${stack.suffix}1`
    const query = slug === 'reindex' ? `model=audio&index_suffix=${stack.suffix}4` : `index=${index}`
    await inspectAt(page, `/tasks/new/${slug}?${query}`, `plan-${slug}`, () => showPlan(page))
    expect(complaints()).toEqual([])
  },
)

test('the sign-in page is legible in light and dark, wide and narrow, and shows errors', async () => {
  const { page, complaints } = stranger
  await inspectAt(page, '/sign-in', 'sign-in', async () => {
    await fillSignIn(page, 'nobody', 'a guess')
    await page.getByText('The name or the password is wrong').waitFor()
  })
  await inspectAt(page, stack.setupUrl, 'setup-used')
  expect(complaints()).toEqual([])
})

test('error pages are legible in light and dark, wide and narrow', async () => {
  await inspectAt(operator.page, '/users', 'forbidden')
  await stack.sql`alter table dashboard.audit rename to audit_hidden`
  try {
    await inspectAt(admin.page, '/audit', 'broken')
    await admin.page.getByText('Look it up in the dashboard’s log by the id').waitFor()
  } finally {
    await stack.sql`alter table dashboard.audit_hidden rename to audit`
  }
  // No server listens there. If its database is unavailable, the dashboard has no other page than this one.
  const { url, stop } = await startDashboard('postgres://127.0.0.1:9/none', stack.serverUrl)
  onTestFinished(stop)
  await stranger.page.goto(`${url}/tasks`)
  await stranger.page.getByText('The dashboard’s database did not respond.').waitFor()
  await inspect(stranger.page, 'database-unavailable')
  for (const { complaints } of [operator, admin, stranger]) expect(complaints()).toEqual([])
})

test('the selected color scheme overrides that of the system, and is kept', async () => {
  const { page } = admin
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/tasks')
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const light = await background()
  await page.locator('summary').filter({ hasText: 'ada' }).click()
  await page.getByRole('button', { name: 'Dark' }).click()
  await page.waitForURL('**/tasks')
  await page.locator('html[data-theme="dark"]').waitFor()
  expect(await background()).not.toBe(light)
  await page.reload()
  expect(await page.locator('html[data-theme="dark"]').count()).toBe(1)
})

test('keyboard shortcuts open pages, and their list opens and closes by keyboard', async () => {
  const { page } = admin
  await open(page, '/tasks')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor({ state: 'hidden' })
  // The second key has to follow soon, so both are pressed in one call.
  await page.evaluate(() => {
    for (const key of ['g', 'i'])
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  })
  await page.waitForURL('**/indices')
})

test('a token is created, shown once, used and revoked', async () => {
  const { page } = admin
  await open(page, '/tokens')
  await page.getByLabel('Name').fill('nightly')
  await page.getByRole('button', { name: 'Create' }).click()
  const secret = await page.getByTestId('secret').textContent()
  const headers = { authorization: `Bearer ${secret ?? ''}` }
  const status = async () => (await fetch(`${stack.serverUrl}/task`, { headers })).status
  expect(await status()).toBe(200)
  await page.reload()
  expect(await page.getByTestId('secret').count()).toBe(0)
  const row = page.getByRole('row').filter({ hasText: 'nightly' })
  await row.getByText('Revoke…').click()
  await row.getByRole('button', { name: 'Revoke nightly', exact: true }).click()
  await page.getByText('The token is revoked').waitFor()
  expect(await status()).toBe(401)
})
