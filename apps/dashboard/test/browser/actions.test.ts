import type { Browser, Page, Request } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open, setHidden, showPlan, signIn, visit, type Visitor } from './support/open-browser.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor

beforeAll(async () => {
  suite = await startSuite({ users: { operator: 'operator' } })
  ;({ stack, browser, admin } = suite)
})
afterAll(() => suite?.close())

/** The page of the task that was just started, once the task has ended, without a reload. */
async function waitForEnd(page: Page, status: 'Succeeded' | 'Failed' | 'Cancelled'): Promise<void> {
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  // The badge: "Failed" is also the name of a count further down.
  const badge = page.getByLabel('State').locator('.badge')
  await badge.and(page.getByText(status, { exact: true })).waitFor()
}

async function startFromPlan(page: Page): Promise<void> {
  await showPlan(page)
  const plan = page.getByLabel('Plan')
  expect(await plan.getByText('The server would refuse this').allTextContents()).toEqual([])
  await plan.getByRole('button', { name: /^(Build|Create|Promote) \S+$/ }).click()
}

async function build(suffix: string, model: 'image' | 'audio' = 'audio'): Promise<void> {
  await (await stack.client.reindex({ model, indexSuffix: suffix })).wait()
}

test('an index is built from the form, followed to its end, and shown with its documents', async () => {
  const { page, complaints } = admin
  const index = `audio-${stack.suffix}a`
  await open(page, '/tasks/new')
  await page.getByRole('link', { name: 'Build an index' }).click()
  await page.getByLabel('Model').selectOption('audio')
  await page.getByLabel('Suffix of the new index').fill('Not a suffix*')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('must start with a lower-case letter or a digit').waitFor()
  expect(await page.getByLabel('Suffix of the new index').inputValue()).toBe('Not a suffix*')

  await page.getByLabel('Suffix of the new index').fill(`${stack.suffix}a`)
  await page.getByRole('button', { name: 'Show the plan' }).click()
  const plan = page.getByLabel('Plan')
  await plan.getByText(index, { exact: true }).waitFor()
  expect((await stack.client.tasks.list({ index })).tasks).toEqual([])
  await plan.getByRole('button', { name: `Build ${index}` }).click()
  await waitForEnd(page, 'Succeeded')
  expect(await page.title()).toContain(`Succeeded · Reindex ${index}`)
  // There is nothing to follow any more.
  expect(await page.getByRole('progressbar').count()).toBe(0)
  const [task] = (await stack.client.tasks.list({ index })).tasks
  expect(task?.progress).toBe(100)
  expect(task?.requestedBy).toBe('ada')

  await open(page, '/indices')
  const row = page.getByRole('row').filter({ hasText: index })
  await row.getByText('verified', { exact: true }).waitFor()
  await row.getByText(`${task?.counts.indexed}`).first().waitFor()
  expect(complaints()).toEqual([])
})

test('a filtered index is built, promoted and rolled back', async () => {
  const { page, complaints } = admin
  const [first, second] = [`${stack.suffix}p1`, `${stack.suffix}p2`]
  await build(first)
  await build(second)

  await open(page, '/indices')
  await page.getByRole('link', { name: `Filter audio-${first}` }).click()
  await startFromPlan(page)
  await waitForEnd(page, 'Succeeded')

  await open(page, '/indices')
  await page.getByRole('link', { name: `Promote audio-${first}-filtered` }).click()
  expect(await page.getByRole('radio', { name: /^Filtered/ }).isChecked()).toBe(true)
  await startFromPlan(page)
  await waitForEnd(page, 'Succeeded')

  for (const suffix of [first, second]) {
    await open(page, '/indices')
    await page.getByRole('link', { name: `Promote audio-${suffix}`, exact: true }).click()
    await startFromPlan(page)
    await waitForEnd(page, 'Succeeded')
  }
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${second}`] })

  await open(page, '/indices')
  const audio = page.getByRole('region', { name: 'audio' })
  await audio.getByText('Roll back…').first().click()
  await audio.getByRole('button', { name: `Roll back to audio-${first}`, exact: true }).click()
  await waitForEnd(page, 'Succeeded')
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${first}`] })
  expect(await stack.client.indices.stat('audio-filtered')).toMatchObject({
    altNames: [`audio-${first}-filtered`],
  })
  expect(complaints()).toEqual([])
})

test("a live index can't be deleted; another one is deleted after its name is typed", async () => {
  const { page, complaints } = admin
  const [live, spare] = [`${stack.suffix}d1`, `${stack.suffix}d2`]
  await build(live)
  await build(spare)
  await (await stack.client.pointAlias({ model: 'audio', indexSuffix: live, alias: 'audio' })).wait()

  await open(page, `/tasks/new/delete?index=audio/${live}`)
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('The server would refuse this').waitFor()
  expect(await page.getByRole('button', { name: `Delete audio-${live}` }).count()).toBe(0)

  await open(page, '/indices')
  await page.getByRole('link', { name: `Delete audio-${spare}` }).click()
  // The link names the index, so the plan is there at once, with what the deletion ends.
  const plan = page.getByLabel('Plan')
  const consequences = plan.getByRole('list', { name: 'Consequences' })
  await consequences.getByText(/^(1\d\d|200) documents .*are removed\. This can’t be undone/).waitFor()
  const name = plan.getByLabel(`Type audio-${spare} to delete it permanently`)
  await name.fill(`audio-${live}`)
  await plan.getByRole('button', { name: `Delete audio-${spare}` }).click()
  await page.getByText(`must be exactly audio-${spare}`).waitFor()
  expect(await name.inputValue()).toBe(`audio-${live}`)
  expect((await stack.client.indices.stat(`audio-${spare}`)).exists).toBe(true)
  await name.fill(`audio-${spare}`)
  await plan.getByRole('button', { name: `Delete audio-${spare}` }).click()
  await waitForEnd(page, 'Succeeded')
  expect((await stack.client.indices.stat(`audio-${spare}`)).exists).toBe(false)
  expect(complaints()).toEqual([])
})

test('a running task is cancelled, and retried from the start', async () => {
  const { page, complaints } = admin
  const index = `image-${stack.suffix}c`
  await stack.whileImagesAreLocked(async () => {
    const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}c` })
    await open(page, `/tasks/${id}`)
    await page.getByLabel('State').getByText('Running', { exact: true }).waitFor()
    await page.getByText('Cancel…').click()
    await page.getByRole('button', { name: 'Cancel the task' }).click()
    await page.getByText('Cancellation requested').waitFor()
  })
  await waitForEnd(page, 'Cancelled')
  expect((await stack.client.indices.stat(index)).exists).toBe(false)

  await page.getByRole('button', { name: 'Retry from the start' }).click()
  await waitForEnd(page, 'Succeeded')
  await page.getByText('Retried, attempt 2').waitFor()
  expect((await stack.client.indices.stat(index)).exists).toBe(true)
  expect(complaints()).toEqual([])
})

test('the limits of a running task are changed, and shown beside its counts and in the form', async () => {
  const { page, complaints } = admin
  await stack.whileImagesAreLocked(async () => {
    const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}limits` })
    await open(page, `/tasks/${id}`)
    await page.getByText('Limits…').click()
    expect(await page.getByLabel('Documents per second').inputValue()).toBe('')
    await page.getByLabel('Documents per second').fill('many')
    // A message about the task does not clear typed text.
    await stack.sql`update ingestion.task set requested_by = 'zoe' where id = ${id}`
    await page.getByLabel('State').getByText('zoe').waitFor()
    expect(await page.getByLabel('Documents per second').inputValue()).toBe('many')
    await page.getByRole('button', { name: 'Set limits' }).click()
    await page.getByText('A limit must be a whole number').waitFor()
    await page.getByLabel('Documents per second').fill('5000')
    await page.getByLabel('Bulk requests at a time').fill('2')
    await page.getByRole('button', { name: 'Set limits' }).click()
    await page.getByLabel('State').getByText('5,000 documents/s, 2 bulk requests at a time').waitFor()
    // If the stream was faster than the response, the page that sent the form is already gone.
    await page.locator('form[action="?/limits"][aria-busy]').waitFor({ state: 'detached' })
    expect((await stack.client.tasks.get(id)).limits).toEqual({ documentsPerSecond: 5000, inFlight: 2 })
    await open(page, `/tasks/${id}`)
    expect(await page.getByLabel('Documents per second').inputValue()).toBe('5000')
    expect(await page.getByLabel('Bulk requests at a time').inputValue()).toBe('2')
  })
  await waitForEnd(page, 'Succeeded')
  expect(complaints()).toEqual([])
})

test('tasks that are selected in the history are cancelled together', async () => {
  const { page, complaints } = admin
  const suffixes = [`${stack.suffix}m1`, `${stack.suffix}m2`]
  await stack.whileImagesAreLocked(async () => {
    for (const indexSuffix of suffixes) await stack.client.reindex({ model: 'image', indexSuffix })
    await open(page, '/tasks?model=image')
    for (const suffix of suffixes)
      await page.getByRole('checkbox', { name: `Reindex image-${suffix}`, exact: true }).check()
    await page.getByRole('button', { name: 'Cancel 2…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel 2 tasks' }).click()
    await page.getByText('2 tasks are being cancelled').waitFor()
    expect(new URL(page.url()).search).toBe('?model=image')
  })
  for (const suffix of suffixes) {
    await page.getByRole('row').filter({ hasText: suffix }).getByText('Cancelled').waitFor()
    const [task] = (await stack.client.tasks.list({ index: `image-${suffix}` })).tasks
    expect(task?.status).toBe('cancelled')
  }
  expect(complaints()).toEqual([])
})

test('a failed task shows its refused documents, and resumes from its checkpoints after their repair', async () => {
  const { page, complaints } = admin
  const [row] = await stack.sql<{ id: number }[]>`
    update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id = (select min(id) from image) returning id`
  try {
    const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}f` })
    await open(page, `/tasks/${id}`)
    await waitForEnd(page, 'Failed')
    const failed = page.getByRole('region', { name: 'Failed documents' })
    await failed
      .locator('summary')
      .filter({ hasText: `${row?.id}` })
      .click()
    await failed.getByText('"accuracy":"high"').waitFor()
    await page.getByText(/^meta_data of \d+ rows, tags of \d+ rows/).waitFor()

    const kept = await stack.sql<{ document_id: string }[]>`
      delete from ingestion.failed_document where task_id = ${id} returning *`
    expect(kept).toHaveLength(1)
    await open(page, `/tasks/${id}`)
    await failed.getByText('OpenSearch refused 1 document. The details are no longer kept').waitFor()
  } finally {
    await stack.sql`update image set tags = '[]' where id = ${row?.id ?? 0}`
  }
  await page.getByRole('button', { name: 'Retry from its checkpoints' }).click()
  await waitForEnd(page, 'Succeeded')
  expect(complaints()).toEqual([])
})

test('of two operators with the same request, the second is led to the task of the first', async () => {
  const index = { model: 'image', indexSuffix: `${stack.suffix}two` }
  const other = await visit(browser, stack.url)
  await signIn(other.page, 'operator')
  await open(other.page, `/tasks/new/reindex?model=image&index_suffix=${index.indexSuffix}`)
  await showPlan(other.page)

  await stack.whileImagesAreLocked(async () => {
    const first = await stack.client.reindex(index)
    await other.page.getByRole('button', { name: `Build image-${index.indexSuffix}` }).click()
    await other.page.getByRole('link', { name: 'See the conflicting task' }).first().click()
    await other.page.waitForURL(`**/tasks/${first.id}`)
  })
  await waitForEnd(other.page, 'Succeeded')
  expect(other.complaints()).toEqual([])
  await other.close()
})

test('the history shows new tasks without a reload, announces their ends, and keeps the focus', async () => {
  const { page, complaints } = admin
  await open(page, '/tasks')
  await page.evaluate(() => document.body.setAttribute('data-same-page', ''))
  const focused = page.getByRole('link', { name: 'New task' })
  await focused.focus()
  const suffix = `${stack.suffix}live`
  const row = page.getByRole('row').filter({ hasText: suffix })
  await stack.whileImagesAreLocked(async () => {
    await stack.client.reindex({ model: 'image', indexSuffix: suffix })
    await row.getByText('Running').waitFor()
  })
  await row.getByText('Succeeded').waitFor()
  await page
    .locator('[aria-live="polite"]')
    .filter({ hasText: `image-${suffix}: Succeeded` })
    .waitFor()
  expect(await page.locator('body[data-same-page]').count()).toBe(1)
  expect(await focused.evaluate((link) => link === document.activeElement)).toBe(true)
  expect(complaints()).toEqual([])
})

test('a visible page follows its task by a stream, and by polling if no stream gets through', async () => {
  const { page, complaints } = admin
  const isStream = (request: Request) => request.url().endsWith('/stream')
  await stack.whileImagesAreLocked(async () => {
    const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}seen` })
    let opened = page.waitForRequest(isStream)
    await open(page, `/tasks/${id}`)
    await opened
    let closed = page.waitForEvent('requestfailed', isStream)
    await setHidden(page, true)
    await closed
    opened = page.waitForRequest(isStream)
    await setHidden(page, false)
    await opened
    closed = page.waitForEvent('requestfailed', isStream)
    await page.getByRole('link', { name: 'Indices' }).click()
    await closed

    await page.route('**/stream', (route) => route.abort())
    const asked = page.waitForRequest(`**/live/tasks/${id}`)
    await open(page, `/tasks/${id}`)
    await asked
  })
  await waitForEnd(page, 'Succeeded')
  await page.unroute('**/stream')
  expect(complaints()).toEqual([])
})
