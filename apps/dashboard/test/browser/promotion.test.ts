import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { inspect } from './support/inspect.ts'
import { open, visit, type Visitor } from './support/open-browser.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor
let nameOf: (generation: string) => string

beforeAll(async () => {
  suite = await startSuite({ serverEnv: { FRESHNESS_TARGETS: 'audio=30d' } })
  ;({ stack, browser, admin } = suite)
  nameOf = (generation) => `audio-${stack.suffix}${generation}`
  for (const generation of ['1', '2']) {
    await (await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}${generation}` })).wait()
    const destinationIndexSuffix = `${stack.suffix}${generation}`
    await (await stack.client.createFilteredIndex({ model: 'audio', destinationIndexSuffix })).wait()
  }
})
afterAll(() => suite?.close())

/** The indices behind both aliases. */
async function served(): Promise<string[]> {
  const [own, filtered] = await Promise.all([
    stack.client.indices.stat('audio'),
    stack.client.indices.stat('audio-filtered'),
  ])
  return [...(own.altNames ?? []), ...(filtered.altNames ?? [])]
}

const pairOf = (generation: string) => [nameOf(generation), `${nameOf(generation)}-filtered`]

/** The task that was just started has ended. */
async function waitForEnd(page: Page): Promise<void> {
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await (await stack.client.tasks.handle(id)).wait()
}

const planOf = (page: Page) => page.getByLabel('Plan')

test('both aliases are promoted and rolled back in one step, with their diff shown before', async () => {
  const { page, complaints } = admin
  for (const generation of ['1', '2']) {
    await open(page, '/indices')
    await page.getByRole('link', { name: `Promote ${nameOf(generation)}`, exact: true }).click()
    for (const [position, alias] of ['Alias audio', 'Alias audio-filtered'].entries()) {
      const move = planOf(page).getByRole('listitem', { name: alias, exact: true })
      await move.getByText(pairOf(generation)[position] ?? '', { exact: true }).waitFor()
      if (generation === '2') await move.getByText('±0%').waitFor()
    }
    await planOf(page).getByRole('button', { name: 'Promote both' }).click()
    await waitForEnd(page)
    expect(await served()).toEqual(pairOf(generation))
  }

  await open(page, '/indices')
  const audio = page.getByRole('region', { name: 'audio' })
  await audio.getByRole('button', { name: 'Roll back both… audio and audio-filtered' }).click()
  const dialog = page.getByRole('dialog', { name: 'Roll back both aliases' })
  await dialog.getByText(`${nameOf('1')}-filtered`, { exact: true }).waitFor()
  await inspect(page, 'indices-rollback')
  await dialog.getByRole('button', { name: 'Roll back both' }).click()
  await waitForEnd(page)
  expect(await served()).toEqual(pairOf('1'))

  await open(page, '/indices')
  await audio.getByText('Fresh', { exact: true }).first().waitFor()
  expect(complaints()).toEqual([])
})

test('an exception is red in the plan, and is promoted only after the name of the index is typed', async () => {
  const { page, complaints } = admin
  const tiny = nameOf('tiny')
  // One document instead of all, not built by this server.
  for (const [path, body] of [
    [tiny, { settings: { number_of_replicas: 0 } }],
    [`${tiny}/_doc/1?refresh=true`, { id: 1 }],
  ] as const) {
    const answer = await fetch(new URL(path, inject('openSearchUrl')), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status, await answer.text()).toBeLessThan(300)
  }
  await open(page, `/tasks/new/promote?index=audio/${stack.suffix}tiny&alias=default`)
  await planOf(page).getByText('check “Serve an unverified index”').waitFor()
  expect(
    await planOf(page)
      .getByRole('button', { name: `Promote ${tiny}` })
      .count(),
  ).toBe(0)

  await page.getByRole('checkbox', { name: 'Serve an unverified index' }).check()
  await page.getByRole('checkbox', { name: 'Serve far fewer documents' }).check()
  await page.getByRole('button', { name: 'Show the plan' }).click()
  for (const label of ['Serve an unverified index', 'Serve far fewer documents']) {
    await planOf(page).getByText(`Exception “${label}”`).waitFor()
  }
  const move = planOf(page).getByRole('listitem', { name: 'Alias audio', exact: true })
  await move.getByText('1 document').first().waitFor()
  await move.getByText('−99.5%').waitFor()
  await inspect(page, 'plan-promote-exception')
  const before = await served()
  const name = planOf(page).getByLabel(`Type ${tiny} to promote it anyway`)
  await name.fill(`${tiny}x`)
  await planOf(page)
    .getByRole('button', { name: `Promote ${tiny}` })
    .click()
  await page.getByText(`must be exactly ${tiny}`).waitFor()
  expect(await name.inputValue()).toBe(`${tiny}x`)
  expect(await served()).toEqual(before)
  await name.fill(tiny)
  await planOf(page)
    .getByRole('button', { name: `Promote ${tiny}` })
    .click()
  await waitForEnd(page)
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [tiny] })
  expect(complaints()).toEqual([])
})

test('a rollback that loses documents needs the name of the index, and keeps a mistyped one', async () => {
  const { page, complaints } = admin
  const tiny = nameOf('tiny')
  const back = { model: 'audio', alias: 'audio', indexSuffix: `${stack.suffix}1` } as const
  await (await stack.client.pointAlias(back)).wait()
  const before = await served()
  await open(page, '/indices')
  await page.getByRole('button', { name: 'Roll back… audio', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Roll back audio' })
  await dialog.getByText('Searches of audio would miss documents: −99.5%.').waitFor()
  await inspect(page, 'indices-rollback-risky')
  const name = dialog.getByLabel(`Type ${tiny} to roll back anyway`)
  await name.fill(`${tiny}x`)
  await dialog.getByRole('button', { name: `Roll back to ${tiny}` }).click()
  await dialog.getByText(`must be exactly ${tiny}`).waitFor()
  expect(await name.inputValue()).toBe(`${tiny}x`)
  // Nor does a form of a page that did not know of the loss start it.
  const form = { alias: 'audio' }
  const refused = await page.request.post('/indices?/rollBack', { form, headers: { origin: stack.url } })
  expect([refused.status(), (await refused.text()).includes(`Type ${tiny} to roll back`)]).toEqual([
    409,
    true,
  ])
  expect(await served()).toEqual(before)

  // The page of the promotion, which can undo it, says the same.
  const { tasks } = await stack.client.tasks.list({ action: 'POINT_ALIAS', pageSize: 1 })
  await open(page, `/tasks/${tasks[0]?.taskId}`)
  await page.getByRole('button', { name: 'Roll back… audio', exact: true }).click()
  await dialog.getByLabel(`Type ${tiny} to roll back anyway`).fill(tiny)
  await dialog.getByRole('button', { name: `Roll back to ${tiny}` }).click()
  await page.getByRole('heading', { level: 1, name: `Roll back audio → ${tiny}` }).waitFor()
  await waitForEnd(page)
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [tiny] })
  expect(complaints()).toEqual([])
})

test('a promotion or rollback whose plan another user has changed is not started, and shows the new one', async () => {
  const { page, complaints } = admin
  const point = async (suffix: string) =>
    (await stack.as('grace').pointAlias({ model: 'audio', alias: 'audio', indexSuffix: suffix })).wait()
  await open(page, `/tasks/new/promote?index=audio/${stack.suffix}2&alias=both`)
  await planOf(page).getByText(nameOf('tiny'), { exact: true }).waitFor()
  await point(`${stack.suffix}1`)
  await planOf(page).getByRole('button', { name: 'Promote both' }).click()
  await page.getByText(`The last promotion is that of ${nameOf('1')} by grace`).waitFor()
  await planOf(page).getByText(nameOf('1'), { exact: true }).waitFor()
  expect(await served()).toEqual(pairOf('1'))
  await planOf(page).getByRole('button', { name: 'Promote both' }).click()
  await waitForEnd(page)
  expect(await served()).toEqual(pairOf('2'))

  // The page does not learn of the move before the form is sent.
  await page.route('**/live/indices', (request) => request.abort())
  await open(page, '/indices')
  await page.getByRole('button', { name: 'Roll back both… audio and audio-filtered' }).click()
  await point(`${stack.suffix}1`)
  await page.getByRole('button', { name: 'Roll back both', exact: true }).click()
  await page.getByText('has moved since the page was shown').waitFor()
  await page.unroute('**/live/indices')
  expect(await served()).toEqual([nameOf('1'), `${nameOf('2')}-filtered`])
  expect(complaints()).toEqual([])
})

test('without scripts, a pair is promoted from its link and rolled back', async () => {
  const { page, close } = await visit(browser, stack.url, {
    javaScriptEnabled: false,
    storageState: await admin.page.context().storageState(),
  })
  await page.goto('/indices')
  await page.getByRole('link', { name: `Promote ${nameOf('2')}`, exact: true }).click()
  await planOf(page).getByRole('button', { name: 'Promote both' }).click()
  await waitForEnd(page)
  expect(await served()).toEqual(pairOf('2'))
  await (
    await stack.client.pointAlias({
      model: 'audio',
      alias: 'audio',
      indexSuffix: `${stack.suffix}1`,
      withFiltered: true,
    })
  ).wait()
  await page.goto('/indices')
  await page.getByRole('button', { name: 'Roll back both… audio and audio-filtered' }).click()
  await page.getByRole('button', { name: 'Roll back both', exact: true }).click()
  await waitForEnd(page)
  expect(await served()).toEqual(pairOf('2'))
  await close()
})

test('an index that a task works on has no actions but a link to that task', async () => {
  const { page, complaints } = admin
  await stack.stopServer()
  // Without workers, the task stays queued.
  await stack.startServer({ ROLE: 'api' })
  const { id } = await stack.client.createFilteredIndex({
    model: 'audio',
    originIndexSuffix: `${stack.suffix}2`,
    destinationIndexSuffix: `${stack.suffix}3`,
  })
  await open(page, '/indices')
  const row = page
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name: nameOf('2'), exact: true }) })
  expect(await row.getByRole('link', { name: 'in use by a task' }).getAttribute('href')).toBe(`/tasks/${id}`)
  expect(await row.getByRole('link', { name: /^(Promote|Filter|Delete)/ }).count()).toBe(0)
  await inspect(page, 'indices')
  await (await stack.client.tasks.handle(id)).cancel()
  expect(complaints()).toEqual([])
})
