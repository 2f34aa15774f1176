import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { open, signIn, visit, type Visitor } from './support/open-browser.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor

beforeAll(async () => {
  suite = await startSuite({ serverEnv: { FRESHNESS_TARGETS: 'audio=24h' } })
  ;({ stack, browser, admin } = suite)
})
afterAll(() => suite?.close())

/** How a user operates the dashboard. */
interface Hands {
  page: Page
  /** Opens the page of an index. */
  openIndex: (name: string) => Promise<void>
  press: (control: Locator) => Promise<void>
  type: (field: Locator, text: string) => Promise<void>
}

/** More than the controls of any page. */
const maxTabs = 150

/** With the keyboard alone: what Tab does not reach is not found. */
function keyboard(page: Page): Hands {
  const focus = async (control: Locator) => {
    const isFocused = () => control.evaluate((element) => element === document.activeElement)
    for (let tabs = 0; tabs < maxTabs; tabs++) {
      if (await isFocused()) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`Tab does not reach ${String(control)}`)
  }
  return {
    page,
    async openIndex(name) {
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').getByRole('combobox').waitFor()
      await page.keyboard.type(name)
      // What was found for a part of the name has other names too, and may still be shown.
      const isFound = (names: string[]) =>
        names.includes(name) && names.every((found) => found.includes(name))
      await expect
        .poll(() => page.getByRole('option').locator('.any-text').allInnerTexts())
        .toSatisfy(isFound)
      const chosen = page.getByRole('option', { selected: true }).locator('.any-text')
      // Tasks and filtered indices have the name in theirs.
      for (let step = 0; (await chosen.allInnerTexts())[0] !== name; step++) {
        if (step === maxTabs) throw new Error(`the palette does not offer ${name}`)
        await page.keyboard.press('ArrowDown')
      }
      await page.keyboard.press('Enter')
      await page.waitForURL(`**/indices/${name}`)
    },
    async press(control) {
      await focus(control)
      await page.keyboard.press('Enter')
    },
    async type(field, text) {
      await focus(field)
      await page.keyboard.type(text)
    },
  }
}

/** Without JavaScript: links, forms and the address bar. */
function plainPages(page: Page): Hands {
  return {
    page,
    openIndex: async (name) => void (await page.goto(`/indices/${name}`)),
    press: (control) => control.click(),
    type: (field, text) => field.fill(text),
  }
}

/** Starts the task of the form, and waits for its end. */
async function startTask({ page, press }: Hands): Promise<void> {
  await page.waitForURL('**/tasks/new/*')
  // A link that names an index shows the plan at once.
  const isPlanned = new URL(page.url()).searchParams.has('index')
  if (!isPlanned) await press(page.getByRole('button', { name: 'Show the plan' }))
  await press(page.getByLabel('Plan').getByRole('button', { name: /^(Build|Create|Promote) \S+$/ }))
  await waitForTask(page)
}

async function waitForTask(page: Page): Promise<void> {
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  await (await stack.client.tasks.handle(page.url().split('/').at(-1) ?? '')).wait()
}

/** Builds, filters, promotes twice, rolls back and deletes; everything from the page of the index. */
async function runCycle(hands: Hands, name: string): Promise<void> {
  const { page, press, type, openIndex } = hands
  const [first, second] = [`${stack.suffix}${name}1`, `${stack.suffix}${name}2`]
  const button = (text: string | RegExp) =>
    page.locator('header.page-head').getByRole('button', { name: text })
  const link = (text: string) =>
    page.locator('header.page-head').getByRole('link', { name: text, exact: true })
  await press(page.getByRole('link', { name: 'Indices', exact: true }).first())
  await press(page.getByRole('region', { name: 'audio' }).getByRole('link', { name: 'Build an index' }))
  await type(page.getByLabel('Suffix of the new index'), first)
  await startTask(hands)
  await (await stack.client.reindex({ model: 'audio', indexSuffix: second })).wait()
  await openIndex(`audio-${first}`)
  await press(link('Filter'))
  await startTask(hands)
  for (const suffix of [first, second]) {
    await openIndex(`audio-${suffix}`)
    await press(link('Promote'))
    await startTask(hands)
  }
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${second}`] })
  await openIndex(`audio-${second}`)
  await press(button('Roll back…'))
  await press(button(`Roll back to audio-${first}`))
  await waitForTask(page)
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${first}`] })
  await openIndex(`audio-${second}`)
  await press(link('Delete'))
  await type(page.getByLabel('Plan').getByLabel(`Type audio-${second} to delete`), `audio-${second}`)
  await press(page.getByLabel('Plan').getByRole('button', { name: `Delete audio-${second}` }))
  await waitForTask(page)
  expect((await stack.client.indices.stat(`audio-${second}`)).exists).toBe(false)
  await page.goto(`/indices/audio-${second}`)
  await page.getByText(`audio-${second} was deleted`).waitFor()
}

test('a whole cycle is done with the keyboard alone', async () => {
  const { page, complaints } = admin
  await open(page, '/indices')
  await runCycle(keyboard(page), 'k')
  expect(complaints()).toEqual([])
})

test('a whole cycle is done without JavaScript', async () => {
  const { page, complaints, close } = await visit(browser, stack.url, { javaScriptEnabled: false })
  await signIn(page, 'ada')
  await page.goto('/indices')
  await runCycle(plainPages(page), 'p')
  expect(complaints()).toEqual([])
  await close()
})

test('"is audio fresh?" is answered on the first page, and in detail one click later', async () => {
  const { page } = admin
  const [live] = (await stack.client.indices.stat('audio')).altNames ?? []
  await open(page, '/')
  const card = page.getByRole('article', { name: 'audio', exact: true })
  await card.getByText('Fresh', { exact: true }).waitFor()
  await card.getByRole('link', { name: live ?? 'none', exact: true }).click()
  await page.getByLabel('Figures').getByText('Fresh: the target is 1 d').waitFor()
})

test('"put the new generation live and go back" takes four clicks from the first page', async () => {
  const { page, complaints } = admin
  const [old, fresh] = [`${stack.suffix}old`, `${stack.suffix}new`]
  for (const indexSuffix of [old, fresh])
    await (await stack.client.reindex({ model: 'audio', indexSuffix })).wait()
  await (await stack.client.pointAlias({ model: 'audio', indexSuffix: old, alias: 'audio' })).wait()
  await open(page, '/')
  const card = page.getByRole('article', { name: 'audio', exact: true })
  await card.getByRole('link', { name: `audio-${old}`, exact: true }).waitFor()
  // It was there when the alias last moved, so the older one was chosen on purpose.
  expect(await card.getByRole('link', { name: /^Promote / }).count()).toBe(0)
  const newest = `${stack.suffix}newest`
  await (await stack.client.reindex({ model: 'audio', indexSuffix: newest })).wait()
  await open(page, '/')
  await card.getByText(/Ready, /).waitFor()
  await card.getByRole('link', { name: `Promote audio-${newest}`, exact: true }).click()
  await page
    .getByLabel('Plan')
    .getByRole('button', { name: `Promote audio-${newest}` })
    .click()
  await waitForTask(page)
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${newest}`] })
  await page.getByRole('button', { name: 'Roll back… audio', exact: true }).click()
  await page.getByRole('button', { name: `Roll back to audio-${old}`, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: `Roll back audio → audio-${old}` }).waitFor()
  await waitForTask(page)
  expect(await stack.client.indices.stat('audio')).toMatchObject({ altNames: [`audio-${old}`] })
  await open(page, '/')
  await card.getByRole('link', { name: `audio-${old}`, exact: true }).waitFor()
  expect(await card.getByRole('link', { name: /^Promote / }).count()).toBe(0)
  expect(complaints()).toEqual([])
})

test('"the nightly build failed, what now?" leads from the list to the reason, and to a retry that succeeds', async () => {
  const { page, complaints } = admin
  const index = `image-${stack.suffix}night`
  const [row] = await stack.sql<{ id: number }[]>`
    update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id = (select min(id) from image) returning id`
  const task = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}night` })
  await task.wait().catch(() => undefined)
  await open(page, '/tasks')
  await page.getByRole('row').filter({ hasText: index }).getByText('Failed', { exact: true }).waitFor()
  await page.getByRole('row').filter({ hasText: index }).getByRole('link').first().click()
  const failed = page.getByRole('region', { name: 'Failed documents' })
  await failed
    .locator('summary')
    .filter({ hasText: `${row?.id}` })
    .click()
  await failed.getByText('"accuracy":"high"').waitFor()
  // The index was kept for the retry.
  await page.goto(`/indices/${index}?id=${row?.id}`)
  await page.getByText(`OpenSearch refused document ${row?.id}`).waitFor()
  await stack.sql`update image set tags = '[]' where id = ${row?.id ?? 0}`
  await page.getByRole('region', { name: 'Tasks' }).getByRole('link', { name: index }).click()
  await page.getByRole('button', { name: /^Retry from its checkpoints/ }).click()
  await expect.poll(async () => (await stack.client.tasks.get(task.id)).status).toBe('succeeded')
  await open(page, `/indices/${index}?id=${row?.id}`)
  await page.getByText(`${row?.id} is in this index`).waitFor()
  expect(complaints()).toEqual([])
})
