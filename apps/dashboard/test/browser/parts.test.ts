import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findViolations, inspect } from './support/inspect.ts'
import { open, visit, type Visitor } from './support/open-browser.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

// The parts that all pages share, on the page of components and where they are used.

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor

beforeAll(async () => {
  suite = await startSuite({ users: { grace: 'operator', linus: 'viewer' } })
  ;({ stack, browser, admin } = suite)
  await (await stack.client.reindex({ model: 'audio', indexSuffix: `${stack.suffix}k` })).wait()
})
afterAll(() => suite?.close())

test('the components have no axe findings and fit, with a popover and messages open', async () => {
  const { page, complaints } = admin
  await open(page, '/ui')
  for (const kind of ['good', 'info', 'bad'])
    await page.getByRole('button', { name: `Toast: ${kind}` }).click()
  await page.getByText('A message that is bad.').waitFor()
  const limits = page.getByRole('dialog', { name: 'Limits' })
  for (const media of [
    { colorScheme: 'light' },
    { colorScheme: 'dark' },
    { colorScheme: 'dark', forcedColors: 'active' },
  ] as const) {
    await page.emulateMedia({ forcedColors: 'none', ...media, reducedMotion: 'reduce' })
    const isForced = 'forcedColors' in media
    for (const width of isForced ? [390] : [1440, 390, 320]) {
      await page.setViewportSize({ width, height: 800 })
      await page.getByRole('button', { name: 'Popover…' }).click()
      await limits.waitFor()
      const box = await limits.boundingBox()
      expect((box?.x ?? 0) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= width).toBe(true)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      // With forced colours the user's own are shown, which axe does not know.
      expect(await findViolations(page, isForced ? ['color-contrast'] : [])).toEqual([])
      await page.keyboard.press('Escape')
      await limits.waitFor({ state: 'hidden' })
    }
  }
  const isStill = await page.evaluate(() =>
    document.getAnimations().every(({ playState }) => playState !== 'running'),
  )
  expect(isStill).toBe(true)
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  await page.setViewportSize({ width: 1440, height: 900 })
  expect(complaints()).toEqual([])
})

test('an inspection finds a fault that only one color scheme at one width has', async () => {
  const { page } = admin
  await open(page, '/ui')
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`
      @media (prefers-color-scheme: dark) and (max-width: 350px) { .planted { color: #777; background: #888; } }
      @media (prefers-color-scheme: light) and (max-width: 350px) { .planted { min-width: 400px; } }`)
    document.adoptedStyleSheets.push(sheet)
    const planted = Object.assign(document.createElement('p'), {
      className: 'planted',
      textContent: 'planted',
    })
    document.querySelector('h1')?.after(planted)
  })
  await expect(inspect(page, 'planted')).rejects.toMatchObject({
    actual: [
      'planted-dark-320: color-contrast: <p class="planted">planted</p>',
      expect.stringMatching(/^planted-light-320: needs a width of 4\d\d$/),
    ],
  })
})

test('Ctrl-K goes to pages, starts actions and finds indices and tasks by keyboard', async () => {
  const { page, complaints } = admin
  await open(page, '/account')
  const find = async (text: string, name: RegExp) => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Go to a page').fill(text)
    await page.getByRole('option', { name }).first().waitFor()
    expect(await findViolations(page)).toEqual([])
  }
  await find('promote', /^Promote an index/)
  await page.getByRole('option', { name: /^Promote an index/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/tasks/new/promote')
  await find(`${stack.suffix}k`, /^Reindex audio-/)
  await page.getByRole('option', { name: /^Reindex audio-/ }).click()
  await page.waitForURL(/\/tasks\/[0-9a-f-]{36}$/)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Go to a page').waitFor()
  await page.keyboard.press('Escape')
  await page.getByPlaceholder('Go to a page').waitFor({ state: 'hidden' })
  expect(complaints()).toEqual([])
})

test('what is typed before the code of the palette has arrived is kept, and moves nothing else', async () => {
  const { page, close } = await visit(browser, stack.url, {
    storageState: await admin.page.context().storageState(),
  })
  await open(page, '/indices')
  const { promise: released, resolve } = Promise.withResolvers<void>()
  await page.route('**/*.js', async (route) => {
    await released
    await route.continue()
  })
  await page.keyboard.press('Control+k')
  // `g t` would go to the tasks, and `?` open the shortcuts.
  await page.keyboard.type('gt?promx')
  for (let key = 0; key < 8; key++) await page.keyboard.press('Backspace')
  await page.keyboard.type('promot')
  resolve()
  await page.getByRole('option', { name: /^Promote an index/ }).waitFor()
  expect(await page.getByPlaceholder('Go to a page').inputValue()).toBe('promot')
  await page.keyboard.type('e')
  expect(await page.getByPlaceholder('Go to a page').inputValue()).toBe('promote')
  await page.getByRole('option', { name: /^Promote an index/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/tasks/new/promote')
  await close()
})

test('a tooltip describes a control that has a label, and does not rename it', async () => {
  const { page } = admin
  await open(page, '/ui')
  await page.locator('.tooltip').waitFor({ state: 'attached' })
  const field = page.getByRole('textbox', { name: 'Labelled field', exact: true })
  await field.focus()
  await page.locator('.tooltip').getByText('The title of the field').waitFor()
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(await field.getAttribute('aria-label')).toBe(null)
  await page.keyboard.press('Escape')
  expect(await field.getAttribute('title')).toBe('The title of the field')
})

test('a title is shown as a tooltip to the keyboard, and Escape hides it', async () => {
  const { page, complaints } = admin
  await open(page, '/ui')
  const tip = page.locator('.tooltip')
  await tip.waitFor({ state: 'attached' })
  const button = page.getByRole('button', { name: 'Tooltip', exact: true })
  await button.focus()
  await tip.getByText('The title of the button').waitFor()
  await page.keyboard.press('Escape')
  await tip.waitFor({ state: 'hidden' })
  expect(await button.getAttribute('title')).toBe('The title of the button')
  await page.getByRole('link', { name: 'image-48725' }).focus()
  await page.keyboard.press('j')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('image-1048576')
  expect(complaints()).toEqual([])
})

test('a user is deleted by a second click, with a message, and without JavaScript too', async () => {
  const { page, complaints } = admin
  await open(page, '/users')
  const remove = async (where: typeof page, name: string) => {
    const row = where.getByRole('row').filter({ hasText: name })
    await row.getByText('Delete…').click()
    const [{ users }] = await stack.sql<[{ users: number }]>`
      select count(*)::int as users from dashboard."user" where name = ${name}`
    expect(users).toBe(1)
    await where
      .getByRole('dialog', { name: `Delete ${name}?` })
      .getByRole('button', { name: `Delete ${name}` })
      .click()
    await where.getByText(`${name} is deleted and signed out.`).waitFor()
    await expect.poll(() => where.getByRole('row').filter({ hasText: name }).count()).toBe(0)
  }
  await remove(page, 'linus')
  const plain = await visit(browser, stack.url, {
    javaScriptEnabled: false,
    storageState: await page.context().storageState(),
  })
  await plain.page.goto('/users')
  await remove(plain.page, 'grace')
  await plain.close()
  expect(complaints()).toEqual([])
})

test('the role of the last new user is not chosen for the next one', async () => {
  const { page } = admin
  await open(page, '/users')
  const form = page.locator('form[action="?/create"]')
  await form.getByLabel('Name').fill('root')
  await form.getByLabel('First password').fill('a password of twelve')
  await form.getByLabel('Role').selectOption('admin')
  await form.getByRole('button', { name: 'Create' }).click()
  await page.getByText('root can sign in now').waitFor()
  await expect.poll(() => form.getByLabel('Role').inputValue()).toBe('viewer')
})

test('the audit log is filtered and exported, and links to what it names', async () => {
  const { page } = admin
  await open(page, '/audit?action=delete_user')
  const rows = page.getByRole('row')
  expect(await rows.count()).toBe(3)
  await rows.getByRole('link', { name: 'linus' }).click()
  await page.waitForURL('**/users#user-linus')
  const read = async (query: string) => (await page.request.get(`/audit/export?${query}`)).text()
  const lines = (await read('action=delete_user&format=ndjson')).trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { subject: string }).subject)).toEqual(['grace', 'linus'])
  await page.request.post('/sign-in', {
    form: { name: '=1+1,"', password: 'wrong' },
    headers: { origin: stack.url },
  })
  const csv = (await read('outcome=refused&format=csv')).split('\r\n')
  expect(csv[0]).toBe('at,actor,action,subject,outcome,times,last_at,address,detail')
  expect(csv[1]).toContain(`,sign_in,"'=1+1,""",refused,1,`)
  expect((await read('from=2020-01-01&to=2020-01-02&format=csv')).split('\r\n')).toHaveLength(2)
})

test('a refusal names the control, and shows it', async () => {
  const { page, complaints } = admin
  await open(page, `/tasks/new/promote?index=audio/${stack.suffix}k&alias=filtered`)
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByText('check “Serve all documents”').first().waitFor()
  expect(await page.getByText(/allow_/).count()).toBe(0)
  await page.getByRole('checkbox', { name: /^Serve all documents/ }).check()
  expect(complaints()).toEqual([])
})

test('polled data that have not changed are not sent again', async () => {
  const get = (headers: Record<string, string>) => admin.page.request.get('/live/tasks', { headers })
  const first = await get({})
  const page = await admin.page.request.get('/tasks')
  expect(page.headers()['content-encoding']).toMatch(/br|gzip/)
  const again = await get({ 'if-none-match': first.headers()['etag'] ?? '' })
  expect([again.status(), (await again.body()).length]).toEqual([304, 0])
})
