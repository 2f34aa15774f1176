import type { Task } from '@ingestion-server/sdk'
import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open, signIn, visit, type Visitor } from './support/open-browser.ts'
import { copyTask } from '@ingestion-server/core/testing/copy-task.ts'
import { callOpenSearch } from './support/expect-displayed-index.ts'
import { inspect } from './support/inspect.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

const count = new Intl.NumberFormat('en')

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor
/** A succeeded reindex of audio, whose index is live. */
let built: Task

beforeAll(async () => {
  suite = await startSuite({ users: { victor: 'viewer' } })
  ;({ stack, browser, admin } = suite)
  await stack.stopServer()
  await stack.startServer({ FRESHNESS_TARGETS: 'image=24h,audio=1h' })
  built = await (await stack.as('ada').reindex({ model: 'audio', indexSuffix: `${stack.suffix}1` })).wait()
  await (
    await stack.as('ada').pointAlias({ model: 'audio', indexSuffix: `${stack.suffix}1`, alias: 'audio' })
  ).wait()
  await writeTasks()
})
afterAll(() => suite?.close())

/** Copies of the build with other ages, durations and ends: 120 of the last days. */
async function writeTasks(): Promise<void> {
  await copyTask(
    stack.sql,
    built.taskId,
    120,
    `jsonb_build_object(
      'model', 'image', 'index_name', 'image-old' || n,
      'reserve', jsonb_build_array('image-old' || n),
      'requested_by', case when n % 3 = 0 then 'zoe' else 'nightly' end,
      'status', (array['succeeded', 'succeeded', 'failed', 'cancelled'])[1 + n % 4],
      'created_at', now() - n * interval '1 hour' - interval '10 minutes',
      'started_at', now() - n * interval '1 hour' - n * interval '2 seconds',
      'finished_at', now() - n * interval '1 hour'
    )`,
  )
  // As the server writes it: the code is read from the text.
  await stack.sql`
    update ingestion.task set error = format('{"code":"%s","title":"x","detail":"detail of %s"}',
      case when created_at > now() - interval '12 hours' or requested_by = 'zoe'
        then 'too_many_failed' else 'opensearch_refused' end, index_name)::json
    where status = 'failed'`
}

const countTasks = async (condition: string) =>
  Number((await stack.sql.unsafe(`select count(*) from ingestion.task where ${condition}`))[0]?.['count'])

const tab = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name }).locator('.count')

const box = (page: Page) => page.getByRole('searchbox', { name: 'Search' })
const rows = (page: Page) => page.getByRole('form', { name: 'History of tasks' }).locator('tbody tr')

async function textOf(locator: Locator): Promise<string> {
  return ((await locator.textContent()) ?? '').replaceAll(/\s+/g, ' ').trim()
}

test('the numbers of the overview are those of Postgres and OpenSearch, and it leads to what needs attention', async () => {
  const { page, complaints } = admin
  await open(page, '/')
  const strip = page.getByRole('list', { name: 'Tasks by status' })
  const failed = await countTasks("status = 'failed' and finished_at >= now() - interval '24 hours'")
  expect(failed).toBeGreaterThan(3)
  expect(await strip.getByRole('link').allTextContents()).toEqual([
    expect.stringMatching(/Running\s+0/),
    expect.stringMatching(/Queued\s+0/),
    expect.stringMatching(new RegExp(`Failed \\(24 h\\)\\s+${failed}$`)),
  ])

  const { count: documents } = await callOpenSearch<{ count: number }>('audio/_count')
  const card = page.getByRole('article', { name: 'audio', exact: true })
  expect(await textOf(card.getByRole('link'))).toBe(`audio-${stack.suffix}1`)
  expect(await textOf(card.locator('dl div').nth(1))).toBe(`Documents ${count.format(documents)}`)
  // OpenSearch measures the size every ten seconds, so it may still be that of the empty index.
  const readSizes = async () => {
    const [size] = await callOpenSearch<{ 'pri.store.size': string }[]>(
      '_cat/indices/audio?h=pri.store.size&bytes=b&format=json',
    )
    const bytes = Number(size?.['pri.store.size'])
    const text = bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`
    return [await textOf(card.locator('dl div').nth(2)), `Size ${text}`]
  }
  await expect.poll(readSizes).toSatisfy(([shown, stored]: string[]) => shown === stored)
  expect(await card.locator('time').first().getAttribute('datetime')).toBe(
    new Date(built.asOf ?? '').toISOString(),
  )
  expect(await card.locator('svg[role="img"] rect').count()).toBe(
    await countTasks("model = 'audio' and action = 'REINDEX' and status = 'succeeded'"),
  )
  await card.getByText('Fresh', { exact: true }).waitFor()

  // A build of images failed after the last one that succeeded.
  const attention = page.getByRole('region', { name: 'Needs attention' })
  await attention.getByText('The alias image points to no index').waitFor()
  await attention.getByRole('link', { name: `Filter audio-${stack.suffix}1` }).waitFor()
  await stack.sql`update ingestion.task set status = 'failed', finished_at = now(),
    error = '{"code": "too_many_failed", "title": "x", "detail": "it broke"}' where index_name = 'image-old4'`
  await attention.getByText('Reindex image-old4 failed: It broke.').waitFor()
  await attention.getByRole('button', { name: 'Retry' }).waitFor()

  // The failures of the last day come first, and each task is a link to its page.
  const ended = page.getByRole('region', { name: 'Recently ended' }).getByRole('listitem')
  expect(await textOf(ended.first())).toMatch(/^Failed: Reindex image-old4 It broke\./)
  const shown = await ended
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  const [{ ids }] = await stack.sql<[{ ids: string[] }]>`
    select array_agg('/tasks/' || id order by status = 'failed' desc, finished_at desc, id desc) as ids from (
      (select * from ingestion.task where status = 'failed' and finished_at >= now() - interval '24 hours'
        order by finished_at desc limit 4) union all
      (select * from ingestion.task where status in ('succeeded', 'cancelled') order by finished_at desc limit 4)
    ) as task`
  expect(shown.toSorted()).toEqual(ids.toSorted())

  // As of 90 minutes ago, with a target of one hour.
  await stack.sql`update ingestion.index_record set as_of = now() - interval '90 minutes'
    where task_id = ${built.taskId}`
  await card.getByText('Late', { exact: true }).waitFor()
  await attention.getByText('The data of audio are older than their target of 1 h').waitFor()
  await inspect(page, 'overview')
  expect(complaints()).toEqual([])
})

test('the counts, filters and orders of the console are those of Postgres', async () => {
  const { page, complaints } = admin
  await open(page, '/tasks')
  for (const status of ['Failed', 'Succeeded', 'Cancelled', 'Running', 'Queued'])
    expect(await textOf(tab(page, status)), status).toBe(
      `${await countTasks(`status = '${status.toLowerCase()}'`)}`,
    )
  expect(await textOf(tab(page, 'All'))).toBe(`${await countTasks('true')}`)
  const height = await rows(page)
    .nth(3)
    .evaluate((row) => row.getBoundingClientRect().height)
  expect(height).toBeLessThanOrEqual(30)

  await box(page).fill('status:failed by:zoe model:image code:too_many_failed')
  await page.keyboard.press('Enter')
  await page.waitForURL(/q=/)
  const matching = await countTasks(
    "status = 'failed' and requested_by = 'zoe' and model = 'image' and error::text like '%too_many_failed%'",
  )
  expect(matching).toBeGreaterThan(1)
  await expect.poll(() => rows(page).count()).toBe(matching)
  expect(await textOf(tab(page, 'Failed'))).toBe(`${matching}`)

  await open(page, '/tasks?q=state:x%20image-old1')
  await page.getByRole('alert').getByText('There is no filter “state:”').waitFor()
  await open(page, '/tasks?sort=longest&q=image-old')
  await page.getByRole('columnheader', { name: 'Duration' }).and(page.locator('[aria-sort]')).waitFor()
  const firstBy = async (order: string) =>
    String(
      (await stack.sql.unsafe(`select index_name from ingestion.task order by ${order} limit 1`))[0]?.[
        'index_name'
      ],
    )
  const first = rows(page).first().locator('[data-row-link]')
  expect(await textOf(first)).toBe(`Reindex ${await firstBy('finished_at - started_at desc')}`)
  const created = page.getByRole('columnheader', { name: 'Created' })
  await created.getByRole('link').click()
  await page.waitForURL((url) => !url.searchParams.has('sort'))
  await created.and(page.locator('[aria-sort="descending"]')).getByRole('link').click()
  await page.waitForURL(/sort=oldest/)
  await expect.poll(() => textOf(first)).toBe(`Reindex ${await firstBy('created_at')}`)

  await open(page, '/tasks?since=24h')
  expect(await textOf(tab(page, 'All'))).toBe(
    `${await countTasks("created_at >= now() - interval '24 hours'")}`,
  )
  await page
    .getByRole('navigation', { name: 'Failures' })
    .getByRole('link', { name: 'opensearch_refused' })
    .click()
  await page.waitForURL(/status=failed/)
  const refused = "status = 'failed' and error::text like '%opensearch_refused%'"
  await expect
    .poll(() => rows(page).count())
    .toBe(await countTasks(`${refused} and created_at >= now() - interval '24 hours'`))

  await open(page, '/tasks')
  await inspect(page, 'console')
  expect(complaints()).toEqual([])
})

test('tasks are chosen by keyboard and retried, one in its row, and all that match, with the answer in view', async () => {
  const { page, complaints } = admin
  await stack.stopServer()
  // No workers: the tasks stay queued.
  await stack.startServer({ ROLE: 'api', FRESHNESS_TARGETS: 'image=24h,audio=1h' })
  await open(page, '/tasks?q=by:zoe&status=failed')
  const boxes = rows(page).getByRole('checkbox')
  const failed = await boxes.count()
  const visible = page.getByLabel('Select visible')
  await visible.check()
  expect(await boxes.evaluateAll((all) => all.every((box) => (box as HTMLInputElement).checked))).toBe(true)
  await page.getByRole('button', { name: `Retry ${failed}…` }).waitFor()
  await boxes.first().uncheck()
  expect(await visible.evaluate((box) => (box as HTMLInputElement).indeterminate)).toBe(true)
  await visible.check()
  await visible.uncheck()
  expect(await boxes.evaluateAll((all) => all.some((box) => (box as HTMLInputElement).checked))).toBe(false)
  await visible.blur()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  const bar = page.getByRole('group', { name: 'Chosen tasks' })
  await bar.getByText('2 chosen').waitFor()
  await bar.getByRole('button', { name: 'Retry 2…' }).click()
  await inspect(page, 'console-chosen')
  const confirmation = page.getByRole('dialog', { name: 'Retry 2 tasks?' })
  await confirmation.getByRole('button', { name: 'Don’t retry' }).click()
  await confirmation.waitFor({ state: 'hidden' })
  await bar.getByRole('button', { name: 'Retry 2…' }).click()
  await confirmation.getByRole('button', { name: 'Retry 2 tasks' }).click()
  const answer = page.getByText('2 tasks are queued again.').first()
  // In one step: it is shown for some seconds.
  expect(await answer.evaluate((shown) => shown.getBoundingClientRect().top)).toBeLessThan(900)
  await expect.poll(() => countTasks("status = 'queued'")).toBe(2)
  expect(new URL(page.url()).search).toBe('?q=by:zoe&status=failed')

  // Until the list is read again, its first row is a task that was retried.
  await expect.poll(() => rows(page).count()).toBe(failed - 2)
  await rows(page)
    .first()
    .getByRole('button', { name: /^Retry / })
    .click()
  await expect.poll(() => countTasks("status = 'queued'")).toBe(3)

  await open(page, '/tasks?status=queued')
  await bar.getByLabel('Select all 3 matching').check()
  await bar.getByRole('button', { name: 'Cancel 3…' }).click()
  await page.getByRole('button', { name: 'Cancel 3 tasks' }).click()
  // A worker would end them.
  await expect.poll(() => countTasks('cancel_requested_at is not null')).toBe(3)
  // An entry is written after its call has been answered.
  const countEntries = () =>
    stack.sql<{ action: string; count: number }[]>`select action, count(*)::int from dashboard.audit
      where action in ('cancel', 'retry') group by action order by action`
  await expect.poll(countEntries).toEqual([
    { action: 'cancel', count: 3 },
    { action: 'retry', count: 3 },
  ])
  expect(complaints()).toEqual([])
})

test('the console and the overview work without JavaScript', async () => {
  const { page, close, complaints } = await visit(browser, stack.url, { javaScriptEnabled: false })
  await signIn(page, 'ada')
  await page.goto('/')
  await page.getByRole('link', { name: /Failed \(24 h\)/ }).click()
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Failed' }).click()
  await box(page).fill('image-old10')
  await page.getByRole('form', { name: 'Filter tasks' }).getByRole('button', { name: 'Search' }).click()
  const title = 'Reindex image-old10'
  await page.getByRole('checkbox', { name: title, exact: true }).check()
  await page.getByRole('button', { name: 'Retry…' }).click()
  await page.getByRole('button', { name: 'Retry them' }).click()
  await page.getByText('One task is queued again.').waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('image-old10')
  await page.goto('/tasks?q=image-old10')
  await rows(page)
    .getByRole('button', { name: `Cancel ${title}…` })
    .click()
  await page.getByRole('button', { name: 'Cancel the task' }).click()
  await page.getByText('One task is being cancelled.').waitFor()

  await page.goto('/tasks?status=failed&sort=oldest')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByLabel('Save this view as').fill('Old failures')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('link', { name: 'Old failures' }).click()
  await page.waitForURL((url) => url.search === '?status=failed&sort=oldest')
  expect(complaints()).toEqual([])
  await close()
})

test('on a phone a long message leaves the status and the buttons of its row in view', async () => {
  const { page } = admin
  const detail = 'a reason of many words '.repeat(20)
  await stack.sql`update ingestion.task set error = ${JSON.stringify({ code: 'x', title: 'X', detail })}::text::json
    where status = 'failed'`
  await page.setViewportSize({ width: 390, height: 844 })
  await open(page, '/tasks?status=failed')
  await rows(page).first().getByText('a reason of many words').waitFor()
  for (const part of await rows(page).locator('.badge, button').all()) {
    const box = await part.boundingBox()
    expect((box?.x ?? 390) + (box?.width ?? 0)).toBeLessThanOrEqual(390)
  }

  // On a small window a long name is cut before the next column.
  await stack.sql`update ingestion.task set index_name = index_name || repeat('-long', 12) where status = 'failed'`
  await page.setViewportSize({ width: 1280, height: 800 })
  await open(page, '/tasks?status=failed')
  await rows(page).first().getByText('-long-long').waitFor()
  const overflowing = await rows(page)
    .locator('td')
    .evaluateAll((cells) =>
      cells
        .filter((cell) => getComputedStyle(cell).overflowX === 'visible')
        .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
        .map((cell) => cell.innerHTML),
    )
  expect(overflowing).toEqual([])
  await page.setViewportSize({ width: 1440, height: 900 })
})

test('a viewer sees the same without boxes and buttons, and idle polls are answered with almost nothing', async () => {
  const { page, close, complaints } = await visit(browser, stack.url)
  await signIn(page, 'victor')
  const polled = page.waitForResponse(
    (response) => response.status() === 304 && response.url().includes('/live/tasks'),
  )
  await open(page, '/tasks')
  expect(await page.getByRole('checkbox').count()).toBe(0)
  expect(await rows(page).getByRole('button').count()).toBe(0)
  await polled
  await open(page, '/')
  expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(0)
  expect(complaints()).toEqual([])
  await close()
})

test('a form that is sent before its code has arrived is sent once, by the button that was pressed', async () => {
  const { page, close, complaints } = await visit(browser, stack.url, {
    storageState: await admin.page.context().storageState(),
  })
  const { promise: released, resolve } = Promise.withResolvers<void>()
  const { promise: wanted, resolve: want } = Promise.withResolvers<void>()
  await page.route('**/*.js', async (route) => {
    const response = await route.fetch()
    // A header that only Kit's code for forms sends.
    if ((await response.text()).includes('x-sveltekit-action')) {
      want()
      await released
    }
    await route.fulfill({ response })
  })
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(new URL(request.url()).search)
  })
  const queued = await countTasks("status = 'queued'")
  await open(page, '/tasks?status=failed')
  const retry = rows(page)
    .first()
    .getByRole('button', { name: /^Retry / })
  await retry.click()
  await retry.click()
  await wanted
  expect(sent).toEqual([])
  resolve()
  await page.getByText('One task is queued again.').first().waitFor()
  expect(sent).toEqual(['?/retry&status=failed'])
  expect(await countTasks("status = 'queued'")).toBe(queued + 1)
  expect(complaints()).toEqual([])
  await close()
})
