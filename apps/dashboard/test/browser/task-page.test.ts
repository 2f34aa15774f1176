import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { formatCount } from '@ingestion-server/format'
import { expectPhases, expectRanges } from './support/expect-displayed-task.ts'
import { inspect } from './support/inspect.ts'
import { open, visit, type Visitor } from './support/open-browser.ts'
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

const numbers = async (page: Page, column: number) => {
  const cells = await page.getByTestId('rates').locator(`tbody tr td:nth-child(${column})`).allTextContents()
  return cells.map((text) => Number(text.replaceAll(',', '')))
}

test('what the page shows of a limited, cancelled, restarted and retried task is what Postgres and OpenSearch have', async () => {
  const { page, complaints } = admin
  const index = `image-${stack.suffix}t`
  let id = ''
  await stack.whileImagesAreLocked(async () => {
    const started = await stack.as('ada').reindex({ model: 'image', indexSuffix: `${stack.suffix}t` })
    id = started.id
    const bo = await stack.as('bo').tasks.handle(id)
    await bo.setLimits({ documentsPerSecond: 200 })
    await open(page, `/tasks/${id}`)
    await page.getByLabel('State').getByText('Running', { exact: true }).waitFor()
    await page.getByText('Cancel…').click()
    await page.getByRole('button', { name: 'Cancel the task' }).click()
    await page.getByText('Cancellation requested, by ada').waitFor()
    await stack.stopServer()
  })
  await stack.startServer()
  const badge = page.getByLabel('State').locator('.badge')
  await badge.and(page.getByText('Cancelled', { exact: true })).waitFor()
  await (await stack.as('bo').tasks.handle(id)).retry()
  const task = await (await stack.client.tasks.handle(id)).wait()
  await open(page, `/tasks/${id}`)

  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(`Reindex ${index}`)
  const events = page.getByRole('region', { name: 'Events' })
  for (const text of [
    'Created, by ada',
    'Limits changed: 200 documents/s, by bo',
    'Cancellation requested, by ada',
    'Retried, attempt 2, by bo',
  ])
    expect(await events.getByText(text, { exact: true }).count(), text).toBe(1)
  const stored = await stack.sql<{ at: string }[]>`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from ingestion.task_event where task_id = ${id} order by id desc`
  const shown = await events
    .locator('time')
    .evaluateAll((times) => times.map((time) => time.getAttribute('title')))
  expect(shown).toEqual(stored.map(({ at }) => at))

  // Rates: each document of the task once, none above what Postgres has, and the limit beside them.
  const [sums] = await stack.sql<{ rates: number; rows: number }[]>`
    select (select sum(documents)::int from ingestion.task_rate where task_id = id) as rates,
      (read + catch_up_indexed + catch_up_deleted + catch_up_failed)::int as rows
    from ingestion.task where id = ${id}`
  expect(sums?.rates).toBe(sums?.rows)
  await page.getByText('Show as a table').click()
  const documents = await numbers(page, 3)
  expect(documents.reduce((sum, value) => sum + value, 0)).toBe(sums?.rows)
  expect(await numbers(page, 5)).toEqual(documents.map(() => 200))
  expect(await page.getByTestId('rate-summary').textContent()).toContain(
    `${formatCount(sums?.rows ?? 0)} documents`,
  )
  const slider = page.getByLabel('Moment in the chart')
  await slider.focus()
  await page.keyboard.press('Home')
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/documents\/s.*limit 200/)

  await expectPhases(page, stack.sql, id)
  await expectRanges(page, stack.sql, id)

  const count = await fetch(`${inject('openSearchUrl')}/${index}/_count`)
  const { count: inIndex } = (await count.json()) as { count: number }
  expect(task.documents).toBe(inIndex)
  const state = page.getByLabel('State')
  await state.getByText(formatCount(inIndex)).first().waitFor()

  // The next step promotes it, from there it can be rolled back.
  const next = page.getByRole('region', { name: 'Next step' })
  expect(await next.getByRole('link', { name: 'Promote it' }).getAttribute('href')).toBe(
    `/tasks/new/promote?index=${encodeURIComponent(`image/${stack.suffix}t`)}`,
  )
  expect(complaints()).toEqual([])
})

test('a promotion can be rolled back from its page, and is compared with another one', async () => {
  const { page, complaints } = admin
  for (const suffix of [`${stack.suffix}r1`, `${stack.suffix}r2`]) {
    await (await stack.client.reindex({ model: 'audio', indexSuffix: suffix })).wait()
    const promotion = await stack.client.pointAlias({ model: 'audio', indexSuffix: suffix, alias: 'audio' })
    await promotion.wait()
    await open(page, `/tasks/${promotion.id}`)
  }
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
    `Promote audio → audio-${stack.suffix}r2`,
  )
  const other = page.getByRole('region', { name: 'Comparison of phases' })
  await other.getByRole('link', { name: `audio-${stack.suffix}r1` }).waitFor()
  await page.getByText('Roll back…').click()
  await page.getByRole('button', { name: `Roll back to audio-${stack.suffix}r1`, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Roll back audio → audio-${stack.suffix}r1` }).waitFor()
  await page.getByLabel('State').locator('.badge').getByText('Succeeded').waitFor()
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${stack.suffix}r1`] })
  expect(complaints()).toEqual([])
})

/** Makes of an ended task one of nine days with four restarts, 20,000 items and 10,000 failed documents. */
async function ageTask(id: string): Promise<void> {
  const { sql } = stack
  await sql`delete from ingestion.task_event where task_id = ${id}`
  await sql`delete from ingestion.task_rate where task_id = ${id}`
  await sql`delete from ingestion.work_item where task_id = ${id}`
  const start = new Date(Date.now() - 9 * 86_400_000)
  const at = (hours: number) => new Date(start.getTime() + hours * 3_600_000)
  let hour = 0
  const event = (type: string, phase: string, attempt: number, data: object = {}) =>
    sql`insert into ingestion.task_event (task_id, type, at, phase, attempt, data)
      values (${id}, ${type}, ${at(hour)}, ${phase}, ${attempt}, ${JSON.stringify(data)}::text::json)`
  await event('created', 'planning', 1, { requested_by: 'مدير <ליל>' })
  for (let attempt = 1; attempt <= 5; attempt++) {
    if (attempt > 1) await event('retried', 'loading', attempt, { requested_by: 'مدير <ליל>' })
    await event('started', 'loading', attempt)
    await sql`insert into ingestion.task_rate (task_id, at, documents, bound_by)
      select ${id}, to_timestamp(ceil(extract(epoch from ${at(hour)}::timestamptz) / 1280) * 1280 + n * 1280), 1280 * 400,
        ${attempt % 2 === 0 ? 'limit' : 'opensearch'} from generate_series(0, 79) as n`
    hour += 29
    if (attempt < 5) {
      await event('failed', 'loading', attempt, {
        error: { code: 'search_unavailable', detail: 'OpenSearch is unavailable' },
      })
      hour += 17
    }
  }
  await event('failed', 'loading', 5, {
    error: { code: 'documents_failed', detail: '10000 documents failed' },
  })
  const error = { code: 'documents_failed', title: 'Documents failed', detail: '10000 documents failed' }
  await sql`update ingestion.task set status = 'failed', rate_seconds = 1280, attempt = 5, requested_by = 'مدير <ליל>',
    started_at = ${at(0)}, created_at = ${at(0)}, finished_at = ${at(hour)}, result = null,
    read = 10000, indexed = 0, dropped_deleted = 0, dropped_removed_from_source = 0, failed = 10000,
    error = ${JSON.stringify(error)}::text::json where id = ${id}`
  await sql`insert into ingestion.work_item (task_id, stage, ordinal, phase, payload, attempt, started_at, done_at)
    select ${id}, 1, n, 'loading', json_build_object('after', (n * 1000)::text, 'end', ((n + 1) * 1000)::text),
      case when n % 5000 = 7 then 3 else 1 end,
      ${at(0)}::timestamptz + n * interval '36 seconds', ${at(0)}::timestamptz + (n + 3) * interval '36 seconds'
    from generate_series(0, 19999) as n`
  await sql`insert into ingestion.failed_document (task_id, document_id, status, reason, body, body_bytes, failed_at)
    select ${id}, n, 400, to_json('failed to parse field [' || case when n % 10 = 0 then 'height' else 'tags.accuracy' end
        || '] of type [float] in document with id ''' || n || '''. Preview of field''s value: ''' || repeat('x', 10000) || ''''),
      to_json('{"tags":[{"accuracy":"' || n || '"}],"height":"tall"}'::text), 40, ${at(hour)}
    from generate_series(1, 10000) as n`
}

test('a task of nine days with four restarts, 20,000 items and 10,000 failed documents is shown, and is small', async () => {
  const { page, complaints } = admin
  const { id } = await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}old` })
  await (await stack.client.tasks.handle(id)).wait()
  await ageTask(id)
  await open(page, `/tasks/${id}`)
  const [stored] = await stack.sql<{ documents: number }[]>`
    select sum(documents)::float8 as documents from ingestion.task_rate where task_id = ${id}`
  const summary = await page.getByTestId('rate-summary').textContent()
  expect(summary).toContain(`${formatCount(stored?.documents ?? 0)} documents, 400/s on average`)
  expect(summary).toContain('at most 400/s, 4 pauses')
  expect(await page.locator('svg .gap').count()).toBe(4)
  expect(await page.locator('.waterfall .attempt').count()).toBe(5)
  await page.getByText('20,000 of 20,000 done, claimed again 8×').waitFor()
  expect(await page.locator('.strip .cell').count()).toBeLessThanOrEqual(120)

  const failed = page.getByRole('region', { name: 'Failed documents' })
  await failed.getByText('10,000 open').waitFor()
  expect(await failed.locator('li > p > .number').allTextContents()).toEqual(['9,000', '1,000'])
  await failed.locator('summary').first().click()
  expect(await failed.locator('mark').first().textContent()).toBe('"accuracy":"1"')
  await page.getByText('Equivalent commands').click()
  await page.getByText('Show as a table').click()
  await page.getByText('Ranges that are open, repeated or took longest').click()
  await inspect(page, 'task-nine-days')

  const html = await (await page.request.get(`/tasks/${id}`)).body()
  expect(html.length).toBeLessThan(500_000)
  const live = await (await page.request.get(`/live/tasks/${id}`)).body()
  expect(live.length).toBeLessThan(200_000)
  const download = await page.request.get(`/tasks/${id}/failed-documents`)
  const lines = (await download.text()).trimEnd().split('\n')
  expect(lines.length).toBe(10_000)
  expect(JSON.parse(lines[9_999] ?? '')).toMatchObject({ id: '10000', bodyTruncated: false })
  expect(complaints()).toEqual([])
})

test('a task of an action of a newer server is shown, without links and commands for it', async () => {
  const { page, complaints } = admin
  const index = `audio-${stack.suffix}newer`
  const { id } = await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}newer` })
  await (await stack.client.tasks.handle(id)).wait()
  await stack.sql`update ingestion.task set action = 'RECONCILE' where id = ${id}`
  await open(page, `/tasks?q=${index}`)
  await page.getByRole('link', { name: `RECONCILE ${index}` }).click()
  await page.getByRole('heading', { level: 1, name: `RECONCILE ${index}` }).waitFor()
  await page.getByLabel('State').getByText('Succeeded', { exact: true }).waitFor()
  expect(await page.getByText('Equivalent commands').count()).toBe(0)
  expect(await page.getByRole('link', { name: 'Run again…' }).count()).toBe(0)
  expect(complaints()).toEqual([])
})

test('without JavaScript, with a wrong clock, or after the end of the session the page of a running task stays usable', async () => {
  await stack.whileImagesAreLocked(async () => {
    const { id } = await stack.as('ada').reindex({ model: 'image', indexSuffix: `${stack.suffix}run` })
    const state = await admin.page.context().storageState()
    const plain = await visit(browser, stack.url, { javaScriptEnabled: false, storageState: state })
    await plain.page.goto(`/tasks/${id}`)
    expect(await plain.page.locator('meta[http-equiv="refresh"]').count()).toBe(1)
    await plain.page.getByRole('button', { name: 'Limits…' }).click()
    await plain.page.getByLabel('Documents per second').fill('150')
    await plain.page.getByRole('button', { name: 'Set limits' }).click()
    await plain.page.getByLabel('State').getByText('150 documents/s').waitFor()
    await plain.close()

    const late = await visit(browser, stack.url, { storageState: state })
    await late.page.clock.install({ time: Date.now() + 3_600_000 })
    await open(late.page, `/tasks/${id}`)
    const created = late.page
      .getByLabel('State')
      .locator('div')
      .filter({ hasText: 'Created' })
      .locator('time')
    await expect.poll(() => created.last().textContent()).not.toContain('hr')
    await late.close()

    const { page } = admin
    await open(page, `/tasks/${id}`)
    await page.getByLabel('State').getByText('Running', { exact: true }).waitFor()
    await page.getByText('Cancel…').click()
    await inspect(page, 'task-cancel')
    await stack.sql`delete from dashboard.session`
    await page.getByRole('button', { name: 'Cancel the task' }).click()
    await page.waitForURL(/\/sign-in/)
    expect((await stack.client.tasks.get(id)).status).toBe('running')
    await (await stack.client.tasks.handle(id)).cancel()
  })
})
