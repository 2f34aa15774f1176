import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatAbsolute } from '../../src/lib/format/time.ts'
import { faviconOf, type IconState } from '../../src/lib/live/pulse.ts'
import { findViolations } from './support/inspect.ts'
import { open, setHidden, signIn, visit, type Visitor } from './support/open-browser.ts'
import type { Stack } from './support/stack.ts'
import { startSuite, type Suite } from './support/start-suite.ts'

// A page that stays open for long, in any browser: its clock, settings, language and tab icon.

const hourMs = 3_600_000

let suite: Suite | undefined
let stack: Stack
let browser: Browser
let admin: Visitor
let index: string
let taskId: string

beforeAll(async () => {
  suite = await startSuite({ serverEnv: { FRESHNESS_TARGETS: 'audio=30m' } })
  ;({ stack, browser, admin } = suite)
  index = `audio-${stack.suffix}`
  const client = stack.as('ada')
  const built = await client.reindex({ model: 'audio', indexSuffix: stack.suffix })
  await built.wait()
  taskId = built.id
  await (await client.pointAlias({ model: 'audio', indexSuffix: stack.suffix, alias: 'audio' })).wait()
})
afterAll(() => suite?.close())

/** Another browser of ada. */
async function visitAgain(options: Parameters<typeof visit>[2] = {}): Promise<Visitor> {
  const storageState = await admin.page.context().storageState()
  return visit(browser, stack.url, { storageState, ...options })
}

const pages = () => ['/', '/tasks', `/tasks/${taskId}`, '/indices', `/indices/${index}`]

/** Ages on the page that can't be: all data are some minutes old. */
async function wrongAges(page: Page): Promise<string[]> {
  const texts = await page.locator('main time').allInnerTexts()
  // Events have absolute times, and what is folded has no text.
  return texts.filter(
    (text) => text !== '' && !/^\d{4}-/.test(text) && !/^(just now|\d+ (sec|min)\. ago)$/.test(text),
  )
}

test.each([hourMs, -hourMs])(
  'in a browser whose clock is %d ms off, ages and freshness are those of the server from the first moment',
  async (offset) => {
    const { page, complaints, close } = await visitAgain()
    await page.clock.install({ time: Date.now() + offset })
    for (const path of pages()) {
      await open(page, path)
      expect(await page.locator('main time').count(), path).toBeGreaterThan(0)
      expect(await wrongAges(page), path).toEqual([])
    }
    await open(page, '/')
    await page
      .getByRole('article', { name: 'audio', exact: true })
      .getByText('Fresh', { exact: true })
      .waitFor()
    expect(complaints()).toEqual([])
    await close()
  },
)

test('a clock that is set while a page is open changes no age for longer than a poll', async () => {
  const { page, close } = await visitAgain()
  // Without a poll the ages are wrong from when they are drawn anew until the next poll.
  await page.route('**/live/**', (route) => route.abort())
  await page.clock.install({ time: Date.now() })
  await open(page, '/')
  await page.clock.setSystemTime(Date.now() + hourMs)
  await expect.poll(() => wrongAges(page)).not.toEqual([])
  await page.unroute('**/live/**')
  await expect.poll(() => wrongAges(page)).toEqual([])
  await close()
})

const expectIcon = async (page: Page, state: IconState) =>
  expect
    .poll(() => page.locator('link[rel="icon"]').getAttribute('href'), { message: state })
    .toBe(faviconOf(state))

test('the icon of the tab shows that tasks run, that one failed, and that it was made good', async () => {
  const { page, complaints, close } = await visitAgain()
  await open(page, '/tasks')
  await expectIcon(page, 'idle')
  const [row] = await stack.sql<{ id: number }[]>`
    update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false
    where id = (select min(id) from image) returning id`
  let id = ''
  await stack.whileImagesAreLocked(async () => {
    ;({ id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}icon` }))
    await expectIcon(page, 'running')
  })
  await expectIcon(page, 'failed')
  await stack.sql`update image set tags = '[]' where id = ${row?.id ?? 0}`
  const task = await stack.client.tasks.handle(id)
  await task.retry()
  await task.wait()
  await expectIcon(page, 'idle')
  expect(complaints()).toEqual([])
  await close()
})

/** Stands in for the notifications of the desktop, which a browser without a screen has not. */
function fakeNotifications(permission: string): void {
  const shown: { title: string; click: () => void }[] = []
  class FakeNotification {
    static permission = permission
    static requestPermission = () => Promise.resolve(permission)
    onclick: (() => void) | null = null
    constructor(title: string) {
      shown.push({ title, click: () => this.onclick?.() })
    }
  }
  Object.assign(window, { Notification: FakeNotification, shownNotifications: shown })
}

const shownNotifications = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { shownNotifications: { title: string }[] }).shownNotifications.map(
      ({ title }) => title,
    ),
  )

test('an operator who asked for it is notified of the end of a task, but only while the page is out of sight', async () => {
  const { page, complaints, close } = await visitAgain()
  await page.addInitScript(fakeNotifications, 'granted')
  await open(page, '/account')
  const choice = page.getByRole('checkbox', { name: /^Notify me/ })
  expect(await choice.isChecked()).toBe(false)
  await choice.check()
  const run = async (name: string, isHidden: boolean) => {
    const suffix = `${stack.suffix}${name}`
    await stack.whileImagesAreLocked(async () => {
      const task = await stack.client.reindex({ model: 'image', indexSuffix: suffix })
      await open(page, '/tasks')
      await expectIcon(page, 'running')
      if (isHidden) {
        // A hidden page polls anew, and knows what runs only then.
        const known = page.waitForResponse(
          async (response) =>
            response.url().endsWith('/live/pulse') &&
            (await response.request().headerValue('if-none-match')) === null,
        )
        await setHidden(page, true)
        await known
      }
      await task.cancel()
    })
    // Drawn after the notifications of the same response.
    await expectIcon(page, 'idle')
    return suffix
  }
  await run('seen', false)
  expect(await shownNotifications(page)).toEqual([])
  const suffix = await run('unseen', true)
  await expect.poll(() => shownNotifications(page)).toEqual([`Cancelled: Reindex image-${suffix}`])
  await page.evaluate(() =>
    (window as unknown as { shownNotifications: { click: () => void }[] }).shownNotifications[0]?.click(),
  )
  await page.getByRole('heading', { level: 1, name: `Reindex image-${suffix}` }).waitFor()
  expect(complaints()).toEqual([])
  await close()

  const refusing = await visitAgain()
  await refusing.page.addInitScript(fakeNotifications, 'denied')
  await open(refusing.page, '/account')
  await refusing.page.getByText('This browser blocks notifications').waitFor()
  await refusing.close()
})

test('times are ages, local or in UTC, as each browser chose, with and without scripts', async () => {
  const [task] = await stack.sql<{ created_at: Date }[]>`
    select created_at from ingestion.task where id = ${taskId}`
  const at = task?.created_at ?? new Date(0)
  const utc = formatAbsolute(at)
  // Tokyo has no summer time.
  const tokyo = formatAbsolute(new Date(at.getTime() + 9 * hourMs)).replace(' UTC', '')
  for (const javaScriptEnabled of [true, false]) {
    const { page, close } = await visitAgain({ timezoneId: 'Asia/Tokyo', javaScriptEnabled })
    const created = page.locator(`main time[datetime="${at.toISOString()}"]`).first()
    const choose = async (name: string) => {
      await page.locator('summary').filter({ hasText: 'ada' }).click()
      // Leads back to the same URL.
      const loaded = page.waitForEvent('load')
      await page.getByRole('button', { name, exact: true }).click()
      await loaded
      await page.waitForURL(`**/tasks/${taskId}`)
    }
    await page.goto(`/tasks/${taskId}`)
    for (const [name, shown] of [
      ['Local', javaScriptEnabled ? tokyo : utc],
      ['UTC', utc],
    ] as const) {
      await choose(name)
      await expect.poll(() => created.textContent()).toBe(shown)
      expect(await created.getAttribute('title')).toMatch(/ago|just now/)
    }
    await choose('Age')
    await expect.poll(() => created.textContent()).toMatch(/ago|just now/)
    expect(await created.getAttribute('title')).toContain(utc)
    await close()
  }
})

test('texts that are written from right to left do not change the order of what is around them', async () => {
  const { page, complaints } = admin
  // A digit and a mark at the end: without isolation they move to what follows.
  const name = 'שלום 7!'
  await open(page, '/tokens')
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByTestId('secret').waitFor()
  await page.request.post('/sign-in', {
    form: { name, password: 'wrong' },
    headers: { origin: stack.url },
  })
  await stack.sql`update ingestion.task set requested_by = ${name}`
  await stack.sql`update ingestion.task_event set data = jsonb_set(data::jsonb, '{requested_by}', ${JSON.stringify(name)}::text::jsonb)::json
    where type = 'created'`
  await open(page, '/tasks?status=succeeded')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByLabel('Save this view as').fill(name)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  // It closes once the view is saved.
  await page.getByLabel('Save this view as').waitFor({ state: 'hidden' })
  for (const path of ['/tokens', '/audit', ...pages().slice(1)]) {
    await open(page, path)
    if (path === '/tasks') await page.getByRole('button', { name: 'Views' }).click()
    const found = await page.evaluate((name) => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const problems: string[] = []
      let count = 0
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement
        const text = node.textContent ?? ''
        if (!parent || !text.includes(name) || parent.closest('script, style, option')) continue
        count++
        const { display, unicodeBidi } = getComputedStyle(parent)
        const isApart = display !== 'inline' || ['isolate', 'plaintext'].includes(unicodeBidi)
        // The end of a block may be a sentence such as "Revoke it?".
        const isLast =
          display !== 'inline' && node === parent.lastChild && /^\??\s*$/.test(text.split(name)[1] ?? '')
        if (!isLast && (text.trim() !== name || !isApart)) problems.push(parent.outerHTML)
      }
      return { count, problems }
    }, name)
    if (path !== '/indices') expect(found.count, path).toBeGreaterThan(0)
    expect(found.problems, path).toEqual([])
  }
  expect(complaints()).toEqual([])
})

test('a session that ends in a popover loses nothing that was typed, and changes nothing', async () => {
  const { page, complaints, close } = await visitAgain()
  await stack.whileImagesAreLocked(async () => {
    const { id } = await stack.client.reindex({ model: 'image', indexSuffix: `${stack.suffix}popover` })
    await open(page, `/tasks/${id}`)
    await page.getByText('Limits…').click()
    const limits = page.getByRole('dialog', { name: 'Limits' })
    await limits.getByLabel('Documents per second').fill('321')
    await stack.sql`delete from dashboard.session`
    await limits.getByRole('button', { name: 'Set limits' }).click()
    await page.waitForURL(/\/sign-in/)
    expect((await stack.client.tasks.get(id)).limits.documentsPerSecond).toBeNull()
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('correct horse battery staple')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`**/tasks/${id}`)
    await page.getByText('Your session had ended, so the form was not sent').waitFor()
    expect((await stack.client.tasks.get(id)).limits.documentsPerSecond).toBeNull()
    expect(await limits.getByLabel('Documents per second').inputValue()).toBe('321')
    await limits.getByRole('button', { name: 'Set limits' }).click()
    await page.getByLabel('State').getByText('321 documents/s').waitFor()
    // Offered once.
    await page.reload()
    await page.locator('html[data-alive]').waitFor()
    expect(await limits.isVisible()).toBe(false)
    await (await stack.client.tasks.handle(id)).cancel()
  })
  expect(complaints()).toEqual([])
  await close()
  // The others' session has ended too.
  await signIn(admin.page, 'ada')
})

test('with forced colours the charts are seen, and with reduced motion nothing moves', async () => {
  const { page, complaints } = admin
  const moving = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { transitionDuration, animationName } = getComputedStyle(element)
          return animationName !== 'none' || /[1-9]/.test(transitionDuration)
        }).length,
    )
  for (const path of pages()) {
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
    await open(page, path)
    // The colours are the user's own, which axe does not know.
    expect(await findViolations(page, ['color-contrast']), path).toEqual([])
    expect(await moving(), path).toBe(0)
    const unseen = await page.evaluate(() => {
      const canvas = getComputedStyle(document.body).backgroundColor
      const shapes = [
        ...document.querySelectorAll('main svg[role="img"] :is(path, rect), main figure svg rect'),
      ]
      return shapes
        .filter((shape) => {
          const { fill, stroke } = getComputedStyle(shape)
          return [fill, stroke].every((colour) => colour === 'none' || colour === canvas)
        })
        .map((shape) => shape.outerHTML)
    })
    expect(unseen, path).toEqual([])
  }
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' })
  await open(page, '/tasks')
  expect(await moving()).toBeGreaterThan(0)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  expect(complaints()).toEqual([])
})
