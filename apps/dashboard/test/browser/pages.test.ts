import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createUser, launchBrowser, open, setUp, visit, type Visitor } from './support/open-browser.ts'
import { startStack, type Stack } from './support/stack.ts'

const screenshotsDir = resolve(import.meta.dirname, '../../../../test-results/dashboard')
const schemes = ['light', 'dark'] as const
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]

let stack: Stack
let browser: Browser
let admin: Visitor
let stranger: Visitor
let taskId: string

beforeAll(async () => {
  await mkdir(screenshotsDir, { recursive: true })
  ;[stack, browser] = await Promise.all([
    startStack({
      postgresUrl: inject('postgresUrl'),
      openSearchUrl: inject('openSearchUrl'),
      env: { ENVIRONMENT: 'production' },
    }),
    launchBrowser(),
  ])
  admin = await visit(browser, stack.url)
  stranger = await visit(browser, stack.url)
  await inspect(stranger.page, 'setup', stack.setupUrl)
  await setUp(admin.page, stack.setupUrl)
  await createUser(admin.page, 'grace', 'operator')
  await (await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}1` })).wait()
  await stack.sql`update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id in (select id from image order by id limit 3)`
  const failing = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}2` })
  await failing.wait().catch(() => undefined) // it fails, for there to be failed documents to show
  taskId = failing.id
})

afterAll(async () => {
  await stranger.close()
  await admin.close()
  await browser.close()
  await stack.close()
})

/** Every page in both colours and at both widths: no finding of axe, nothing beyond its width, and a picture. */
async function inspect(page: Page, name: string, path: string, prepare?: () => Promise<void>): Promise<void> {
  await open(page, path)
  await prepare?.()
  const all: string[] = []
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const size of sizes) {
      await page.setViewportSize(size)
      await page.screenshot({
        path: join(screenshotsDir, `${name}-${colorScheme}-${size.width}.png`),
        fullPage: true,
      })
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, `${name} at ${size.width}`).toBeLessThanOrEqual(size.width)
    }
    const { violations } = await new AxeBuilder({ page }).analyze()
    const findings = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    all.push(...findings.map((finding) => `${name}, ${colorScheme}: ${finding}`))
  }
  expect(all).toEqual([])
}

test.each([
  ['tasks', '/tasks'],
  ['tasks-none-fits', '/tasks?status=queued&model=nothing'],
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
  await inspect(admin.page, name, path)
  expect(admin.complaints()).toEqual([])
})

test('the page of a task is legible in light and dark, wide and narrow', async () => {
  await inspect(admin.page, 'task', `/tasks/${taskId}`, () =>
    admin.page.getByText('The same as a command').click(),
  )
  expect(admin.complaints()).toEqual([])
})

test('the plan of a deletion is legible in light and dark, wide and narrow', async () => {
  const { page } = admin
  await inspect(page, 'delete', `/tasks/new/delete?index=audio/${stack.suffix}1`, async () => {
    await page.getByRole('button', { name: 'Show the plan' }).click()
    await page.getByLabel('Plan').waitFor()
  })
  expect(admin.complaints()).toEqual([])
})

test('the page for signing in is legible in light and dark, wide and narrow', async () => {
  await inspect(stranger.page, 'sign-in', '/sign-in')
  expect(stranger.complaints()).toEqual([])
})

test('the chosen colours win over those of the system, and stay', async () => {
  const { page } = admin
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/tasks')
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const light = await background()
  await page.getByText('ada', { exact: true }).click()
  await page.getByRole('button', { name: 'Dark' }).click()
  await page.waitForURL('**/tasks')
  await page.locator('html[data-theme="dark"]').waitFor()
  expect(await background()).not.toBe(light)
  await page.reload()
  expect(await page.locator('html[data-theme="dark"]').count()).toBe(1)
})

test('shortcuts lead to pages, and the list of them opens and closes by the keyboard alone', async () => {
  const { page } = admin
  await open(page, '/tasks')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor({ state: 'hidden' })
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await page.waitForURL('**/indices')
})

test('a token is made, shown once, used and revoked', async () => {
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
  const row = page.getByRole('listitem').filter({ hasText: 'nightly' })
  await row.getByText('Revoke…').click()
  await row.getByRole('button', { name: 'Revoke nightly' }).click()
  await page.getByText('The token is revoked').waitFor()
  expect(await status()).toBe(401)
})
