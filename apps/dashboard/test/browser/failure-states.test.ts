import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillSignIn, open, visit, type Visitor } from './support/open-browser.ts'
import { copyTask } from '@ingestion-server/core/testing/copy-task.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor

beforeAll(async () => {
  suite = await startSuite()
  ;({ stack, browser, admin } = suite)
})
afterAll(() => suite?.close())

test('while the server is unavailable, pages show that, keep their content, and recover', async () => {
  const { page, complaints } = admin
  const suffix = `${stack.suffix}outage`
  const { id } = await stack.client.reindex({ model: 'audio', indexSuffix: suffix })
  await (await stack.client.tasks.handle(id)).wait()
  await page.goto('/tasks')
  const row = page.getByRole('row').filter({ hasText: suffix })
  await row.getByText('Succeeded').waitFor()
  await stack.stopServer()
  try {
    await page.getByText('Showing the last known state').waitFor()
    expect(await row.isVisible()).toBe(true)
    for (const path of ['/', '/tasks', '/indices', '/tokens', `/tasks/${id}`, '/tasks/new/promote']) {
      const response = await page.request.get(path)
      expect(response.status(), path).toBe(200)
      expect(await response.text(), path).toContain('The ingestion server did not respond')
    }
  } finally {
    await stack.startServer()
  }
  await page.getByText('Showing the last known state').waitFor({ state: 'detached' })
  expect(complaints()).toEqual([])
})

test('the form of a promotion, the tokens and the overview appear by themselves once the server responds', async () => {
  const { page, complaints } = admin
  const promotion = await page.context().newPage()
  const tokens = await page.context().newPage()
  await stack.stopServer()
  try {
    await open(page, '/')
    await open(promotion, '/tasks/new/promote')
    await open(tokens, '/tokens')
    await promotion.getByText('The indices can’t be read now').waitFor()
    await promotion.getByRole('radio', { name: /^Filtered/ }).check()
  } finally {
    await stack.startServer()
  }
  await promotion.getByText('The indices can’t be read now').waitFor({ state: 'detached' })
  expect(await promotion.locator('optgroup[label="audio"] option').count()).toBeGreaterThan(0)
  expect(await promotion.getByRole('radio', { name: /^Filtered/ }).isChecked()).toBe(true)
  await tokens.getByText('No token yet').waitFor()
  await page.getByRole('article', { name: 'image', exact: true }).waitFor()
  await promotion.close()
  await tokens.close()
  expect(complaints()).toEqual([])
})

test('a queued task says that no worker runs, or that others run first', async () => {
  const { page, complaints } = admin
  await stack.stopServer()
  await stack.startServer({ ROLE: 'api' })
  const state = page.getByLabel('State')
  try {
    const { id } = await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}queue` })
    // Queued for long, a task says something else.
    await stack.sql`update ingestion.task set created_at = now() where id = ${id}`
    await open(page, `/tasks/${id}`)
    await state.getByText('It starts as soon as a worker takes it').waitFor()
    await stack.sql`update ingestion.task set created_at = created_at - interval '1 minute' where id = ${id}`
    await page.reload()
    await state.getByText('no task is running. Check that a server with workers runs').waitFor()
    await copyTask(stack.sql, id, 1, `jsonb_build_object('status', 'running', 'index_name', 'audio-other')`)
    await page.reload()
    await state.getByRole('link', { name: 'One task is running' }).waitFor()
    await stack.sql`delete from ingestion.task where index_name = 'audio-other'`
  } finally {
    await stack.stopServer()
    await stack.startServer()
  }
  await state.getByText('Succeeded').waitFor()
  await state.getByText('In the queue').waitFor()
  expect(complaints()).toEqual([])
})

test('all features work without JavaScript', async () => {
  const { page, close } = await visit(browser, stack.url, { javaScriptEnabled: false })
  const suffix = `${stack.suffix}plain`
  await page.goto('/tasks/new/reindex?model=audio')
  await fillSignIn(page, 'ada')
  await page.getByLabel('Suffix of the new index').fill(suffix)
  await page.getByLabel('Failed documents to accept').fill('many')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('Check the fields below').waitFor()
  await page.getByLabel('Failed documents to accept').fill('3')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByRole('button', { name: `Build audio-${suffix}` }).click()
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  const id = page.url().split('/').at(-1) ?? ''
  await (await stack.client.tasks.handle(id)).wait()
  await page.reload()
  await page.getByLabel('State').getByText('Succeeded').waitFor()
  await page.getByText('Equivalent commands').click()
  await page
    .getByText(`npx ingestion-server reindex audio --suffix ${suffix} --max-failed 3 --wait`)
    .waitFor()
  await close()
})

test('the history is filtered by the user who created a task, with and without JavaScript', async () => {
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: `by-${name}` })
  for (const name of ['zoe', 'yves']) {
    await stack.as(name).reindex({ model: 'audio', indexSuffix: `${stack.suffix}by-${name}` })
  }
  for (const javaScriptEnabled of [true, false]) {
    const { page, close, complaints } = await visit(browser, stack.url, { javaScriptEnabled })
    await page.goto('/tasks')
    await fillSignIn(page, 'ada')
    await row(page, 'yves').waitFor()
    const search = page.getByRole('searchbox', { name: 'Search' })
    await search.fill('by:zoe')
    await page.getByRole('form', { name: 'Filter tasks' }).getByRole('button', { name: 'Search' }).click()
    await page.waitForURL((url) => url.searchParams.get('q') === 'by:zoe')
    await row(page, 'yves').waitFor({ state: 'detached' })
    await row(page, 'zoe').waitFor()
    expect(await row(page, 'zoe').count()).toBe(1)
    expect(await search.inputValue()).toBe('by:zoe')
    await page.getByRole('link', { name: 'Clear' }).click()
    await row(page, 'yves').waitFor()
    expect(complaints()).toEqual([])
    await close()
  }
})

test('one page of thousands of tasks is shown, with links to the others', async () => {
  const { page, complaints } = admin
  const task = await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}many` })
  await task.wait()
  await copyTask(
    stack.sql,
    task.id,
    3_000,
    `jsonb_build_object('index_name', 'many-' || n, 'created_at', created_at - n * interval '1 minute')`,
  )
  const rows = page.locator('tbody tr')
  const row = (name: string) => rows.filter({ hasText: new RegExp(`${name}(?!\\d)`) })
  await open(page, '/tasks?model=audio')
  await row('many-1').waitFor()
  expect(await rows.count()).toBe(50)
  await page.getByRole('link', { name: 'Older' }).click()
  await row('many-1').waitFor({ state: 'detached' })
  expect(await rows.count()).toBe(50)
  await page.getByRole('link', { name: 'Newest' }).click()
  await row('many-1').waitFor()
  await open(page, '/tasks?index=many-2999')
  await row('many-2999').waitFor()
  expect(await rows.count()).toBe(1)
  expect(complaints()).toEqual([])
})

test('scripts and text of any length and direction in an error are shown as text, and not executed', async () => {
  const { page, complaints } = admin
  const suffix = `${stack.suffix}odd`
  const { id } = await stack.client.reindex({ model: 'audio', indexSuffix: suffix })
  await (await stack.client.tasks.handle(id)).wait()
  const detail = `<img src=x onerror="document.title='run'"><script>document.title='run'</script> שלום ${'長'.repeat(3_000)}`
  const error = { code: 'odd', title: '</script><script>document.title="run"</script>', detail }
  await stack.sql`update ingestion.task set status = 'failed', error = ${stack.sql.json(error)} where id = ${id}`
  await page.setViewportSize({ width: 390, height: 800 })
  for (const path of ['/tasks', `/tasks/${id}`]) {
    await page.goto(path)
    await page.getByText('<img src=x onerror=').first().waitFor()
    expect(await page.title()).not.toBe('run')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  }
  expect(complaints()).toEqual([])
})

test('a form without a response keeps its content, and can be sent again', async () => {
  const { page, complaints } = admin
  await open(page, '/tasks/new/reindex')
  await page.getByLabel('Suffix of the new index').fill(`${stack.suffix}lost`)
  await page.route('**/tasks/new/reindex?/plan', (route) => route.abort())
  await page.getByRole('button', { name: 'Show the plan' }).click()
  const note = page.getByText('The dashboard did not respond')
  await note.waitFor()
  expect(await page.getByLabel('Suffix of the new index').inputValue()).toBe(`${stack.suffix}lost`)
  await page.unroute('**/tasks/new/reindex?/plan')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByLabel('Plan').getByText(`${stack.suffix}lost`).first().waitFor()
  expect(await note.count()).toBe(0)
  // The browser's own message.
  expect(complaints().splice(0)).toEqual([expect.stringContaining('Failed to fetch')])
})

test('a dry run needs one response and stays on its page, whose URL fills the form again', async () => {
  const { page, complaints } = admin
  const path = `/tasks/new/reindex?model=audio&index_suffix=${stack.suffix}one`
  await open(page, path)
  await page.route('**/__data.json*', (route) => route.abort())
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByLabel('Plan').getByText(`${stack.suffix}one`).first().waitFor()
  expect(page.url()).toBe(`${stack.url}${path}`)
  await page.unroute('**/__data.json*')
  expect(complaints()).toEqual([])
})

test('an open page shows that its session has ended, and leads back to itself', async () => {
  const { page, close } = await visit(browser, stack.url)
  await page.goto('/tasks?status=failed')
  await fillSignIn(page, 'ada')
  await page.waitForURL('**/tasks?status=failed')
  await stack.sql`delete from dashboard.session`
  await page.getByText('Your session has ended').waitFor()
  await page.getByRole('status').getByRole('link', { name: 'Sign in' }).click()
  await fillSignIn(page, 'ada')
  await page.waitForURL('**/tasks?status=failed')
  await close()
})

test('a dashboard whose tables a newer release has changed is not ready, until that is undone', async () => {
  const readyz = async () => (await fetch(`${stack.url}/readyz`)).status
  expect(await readyz()).toBe(200)
  await stack.sql`insert into dashboard.migration (hash, created_at, min_compatible)
    values ('newer', 9000000000000, 9000000000000)`
  await expect.poll(readyz).toBe(503)
  const page = await fetch(`${stack.url}/sign-in`)
  expect(page.status).toBe(503)
  expect(await page.text()).toContain('replace this process by the newer release')
  await stack.sql`delete from dashboard.migration where hash = 'newer'`
  await expect.poll(readyz).toBe(200)
})
