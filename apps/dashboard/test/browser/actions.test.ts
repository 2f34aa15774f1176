import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  createUser,
  launchBrowser,
  open,
  setUp,
  signIn,
  visit,
  type Visitor,
} from './support/open-browser.ts'
import { startStack, type Stack } from './support/stack.ts'

let stack: Stack
let browser: Browser
let admin: Visitor

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([
    startStack({ postgresUrl: inject('postgresUrl'), openSearchUrl: inject('openSearchUrl') }),
    launchBrowser(),
  ])
  admin = await visit(browser, stack.url)
  await setUp(admin.page, stack.setupUrl)
  await createUser(admin.page, 'operator', 'operator')
})

afterAll(async () => {
  await admin.close()
  await browser.close()
  await stack.close()
})

/** The page of the task that was just started, once the task has ended, without a reload. */
async function waitForEnd(page: Page, status: 'Succeeded' | 'Failed' | 'Cancelled'): Promise<void> {
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  await page.getByLabel('State').getByText(status, { exact: true }).waitFor({ timeout: 45_000 })
}

async function startFromPlan(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show the plan' }).click()
  const plan = page.getByLabel('Plan')
  await plan.waitFor()
  expect(await plan.getByText('Would be refused').allTextContents()).toEqual([])
  await plan.getByRole('button', { name: 'Start the task' }).click()
}

/** Nobody can read the rows meanwhile, so a task of theirs is in the middle for as long as the test likes. */
async function whileImagesAreLocked(work: () => Promise<void>): Promise<void> {
  await stack.sql.begin(async (sql) => {
    await sql`lock table image in access exclusive mode`
    await work()
  })
}

async function build(suffix: string, model: 'image' | 'audio' = 'audio'): Promise<void> {
  await (await stack.client.reindex({ model, indexSuffix: suffix })).wait()
}

test('an index is built from the form, watched to its end, and shown with its documents', async () => {
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
  await plan.getByText(index).waitFor()
  expect((await stack.client.tasks.list({ index })).tasks).toEqual([])
  await plan.getByRole('button', { name: 'Start the task' }).click()
  await waitForEnd(page, 'Succeeded')
  expect(await page.title()).toContain(`Succeeded · Reindex ${index}`)
  expect(await page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100')
  const [task] = (await stack.client.tasks.list({ index })).tasks
  expect(task?.requestedBy).toBe('ada')

  await open(page, '/indices')
  const row = page.getByRole('row').filter({ hasText: index })
  await row.getByText('verified', { exact: true }).waitFor()
  await row.getByText(`${task?.counts.indexed}`).first().waitFor()
  expect(complaints()).toEqual([])
})

test('a filtered index is made, promoted and gone back from', async () => {
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
  await audio.getByText('Point back…').first().click()
  await audio.getByRole('button', { name: `Point back to audio-${first}`, exact: true }).click()
  await waitForEnd(page, 'Succeeded')
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${first}`] })
  expect(await stack.client.indices.stat('audio-filtered')).toMatchObject({
    altNames: [`audio-${first}-filtered`],
  })
  expect(complaints()).toEqual([])
})

test('a live index is not deleted; another one is, once its name is typed', async () => {
  const { page, complaints } = admin
  const [live, spare] = [`${stack.suffix}d1`, `${stack.suffix}d2`]
  await build(live)
  await build(spare)
  await (await stack.client.pointAlias({ model: 'audio', indexSuffix: live, alias: 'audio' })).wait()

  await open(page, `/tasks/new/delete?index=audio/${live}`)
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('Would be refused').waitFor()
  expect(await page.getByRole('button', { name: 'Delete it' }).count()).toBe(0)

  await open(page, '/indices')
  await page.getByRole('link', { name: `Delete audio-${spare}` }).click()
  await page.getByRole('button', { name: 'Show the plan' }).click()
  const plan = page.getByLabel('Plan')
  await plan.getByLabel('Type the name').fill(`audio-${live}`)
  await plan.getByRole('button', { name: 'Delete it' }).click()
  await page.getByText(`must be audio-${spare}, to the letter`).waitFor()
  expect((await stack.client.indices.stat(`audio-${spare}`)).exists).toBe(true)
  await plan.getByLabel('Type the name').fill(`audio-${spare}`)
  await plan.getByRole('button', { name: 'Delete it' }).click()
  await waitForEnd(page, 'Succeeded')
  expect((await stack.client.indices.stat(`audio-${spare}`)).exists).toBe(false)
  expect(complaints()).toEqual([])
})

test('a running task is cancelled, and retried from the start', async () => {
  const { page, complaints } = admin
  const index = `image-${stack.suffix}c`
  await whileImagesAreLocked(async () => {
    const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}c` })
    await open(page, `/tasks/${id}`)
    await page.getByLabel('State').getByText('Running', { exact: true }).waitFor()
    await page.getByText('Cancel…').click()
    await page.getByRole('button', { name: 'Cancel the task' }).click()
    await page.getByText('Cancellation asked for').waitFor()
  })
  await waitForEnd(page, 'Cancelled')
  expect((await stack.client.indices.stat(index)).exists).toBe(false)

  await page.getByRole('button', { name: 'Retry from the start' }).click()
  await waitForEnd(page, 'Succeeded')
  await page.getByText('Retried, attempt 2').waitFor()
  expect((await stack.client.indices.stat(index)).exists).toBe(true)
  expect(complaints()).toEqual([])
})

test('tasks that are chosen in the history are cancelled together', async () => {
  const { page, complaints } = admin
  const suffixes = [`${stack.suffix}m1`, `${stack.suffix}m2`]
  await whileImagesAreLocked(async () => {
    for (const indexSuffix of suffixes) await stack.client.reindex({ model: 'image', indexSuffix })
    await open(page, '/tasks')
    for (const suffix of suffixes) await page.getByLabel(`Reindex image-${suffix}`, { exact: true }).check()
    await page.getByRole('button', { name: 'Cancel chosen…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel them' }).click()
    await page.getByText('2 tasks are being cancelled').waitFor()
  })
  for (const suffix of suffixes) {
    await page
      .getByRole('row')
      .filter({ hasText: suffix })
      .getByText('Cancelled')
      .waitFor({ timeout: 30_000 })
    const [task] = (await stack.client.tasks.list({ index: `image-${suffix}` })).tasks
    expect(task?.status).toBe('cancelled')
  }
  expect(complaints()).toEqual([])
})

test('a failed task says which documents were refused, and goes on from its checkpoints when they are mended', async () => {
  const { page, complaints } = admin
  const [row] = await stack.sql<{ id: number }[]>`
    update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id = (select min(id) from image) returning id`
  const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}f` })
  await open(page, `/tasks/${id}`)
  await waitForEnd(page, 'Failed')
  await page.getByRole('heading', { name: 'Failed documents' }).waitFor()
  await page.getByText(`${row?.id}`, { exact: true }).first().click()
  await page.getByText('"accuracy":"high"').waitFor()

  await stack.sql`update image set tags = '[]' where id = ${row?.id ?? 0}`
  await page.getByRole('button', { name: 'Retry from its checkpoints' }).click()
  await waitForEnd(page, 'Succeeded')
  expect(complaints()).toEqual([])
})

test('of two operators who do the same the second is led to the task of the first', async () => {
  const index = { model: 'image', indexSuffix: `${stack.suffix}two` }
  const other = await visit(browser, stack.url)
  await signIn(other.page, 'operator')
  await open(other.page, `/tasks/new/reindex?model=image&index_suffix=${index.indexSuffix}`)
  await other.page.getByRole('button', { name: 'Show the plan' }).click()
  await other.page.getByLabel('Plan').waitFor()

  await whileImagesAreLocked(async () => {
    const first = await stack.client.reindex(index)
    await other.page.getByRole('button', { name: 'Start the task' }).click()
    await other.page.getByRole('link', { name: 'See the task that is in the way' }).first().click()
    await other.page.waitForURL(`**/tasks/${first.id}`)
  })
  await waitForEnd(other.page, 'Succeeded')
  expect(other.complaints()).toEqual([])
  await other.close()
})

test('the history shows new tasks and how far they are without a reload', async () => {
  const { page, complaints } = admin
  await open(page, '/tasks')
  await page.evaluate(() => document.body.setAttribute('data-same-page', ''))
  const suffix = `${stack.suffix}live`
  await stack.client.reindex({ model: 'audio', indexSuffix: suffix })
  const row = page.getByRole('row').filter({ hasText: suffix })
  await row.getByText('Succeeded').waitFor({ timeout: 45_000 })
  expect(await page.locator('body[data-same-page]').count()).toBe(1)
  expect(complaints()).toEqual([])
})
