import { chromiumFlags } from '@ingestion-server/core/testing/chromium-flags.ts'
import { chromiumPath } from '@ingestion-server/local-services'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright'

const executablePath = chromiumPath(process.env)
/**
 * Longer than the dashboard's timeout for the server, and the server's for OpenSearch, so that their errors become
 * visible, and than two polls of the slowest page while other suites use the machine.
 */
const actionTimeoutMs = 90_000
/** Left by pages that navigate away, and by tests that abort a request on purpose. */
const provoked = new Set(['net::ERR_ABORTED', 'net::ERR_FAILED'])

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args: chromiumFlags })

export interface Visitor {
  page: Page
  /** Errors of the browser so far, except for responses that a test caused on purpose. */
  complaints: () => string[]
  close: () => Promise<void>
}

/** A user with a separate browser: no cookies of others. */
export async function visit(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(actionTimeoutMs)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // The browser itself logs responses with status 400 and above; they are not errors of the page.
    const isAnswer = message.text().startsWith('Failed to load resource')
    if ((message.type() === 'error' || message.type() === 'warning') && !isAnswer)
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  // For tests that time out: whether the browser received its responses.
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    if (reason.startsWith('net::') && !provoked.has(reason))
      console.error(`${reason}: ${request.method()} ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500)
      console.error(`${response.status()}: ${response.request().method()} ${response.url()}`)
  })
  return { page, complaints: () => complaints, close: () => context.close() }
}

/**
 * Opens a page whose scripts are held back until `release` is called, as on a slow connection. `release` resolves when
 * they are running.
 */
export async function openWithoutScripts(
  page: Page,
  path: string,
): Promise<{ release: () => Promise<void> }> {
  const { promise: released, resolve } = Promise.withResolvers<void>()
  await page.route('**/*.js', async (route) => {
    await released
    await route.continue()
  })
  await page.goto(path, { waitUntil: 'commit' })
  return {
    async release() {
      resolve()
      await page.locator('html[data-alive]').waitFor()
    },
  }
}

/** Simulates switching to another tab or back. */
export async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
}

/** Opens a page and waits until its scripts are running; until then its forms work as without them. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.locator('html[data-alive]').waitFor()
}

export const password = 'correct horse battery staple'

/** Creates the first user, an admin called ada, who is signed in to this browser afterwards. */
export async function setUp(page: Page, setupUrl: string): Promise<void> {
  await send(page, setupUrl, { name: 'ada', password, again: password })
}

/** Without the form, which has its own tests. */
export async function signIn(page: Page, name: string): Promise<void> {
  await send(page, '/sign-in', { name, password })
}

/** Sends a form as the page in the browser does. */
async function send(page: Page, path: string, form: Record<string, string>): Promise<void> {
  const { origin } = new URL((await page.request.get('/livez')).url())
  const response = await page.request.post(path, { form, headers: { origin }, maxRedirects: 0 })
  if (response.status() >= 400) throw new Error(`${path} answers ${response.status()}`)
}

export async function fillSignIn(page: Page, name: string, secret = password): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Sent by the admin who is signed in to the browser. */
export async function createUser(page: Page, name: string, role: string): Promise<void> {
  await send(page, '/users?/create', { name, password, role })
}

/** Presses the button of a new task's form, and waits for its plan: the page of a link may show an older one. */
export async function showPlan(page: Page): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().endsWith('?/plan'))
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await answered
  await page.locator('form[action="?/plan"][aria-busy]').waitFor({ state: 'detached' })
  await page.getByLabel('Plan').waitFor()
}

export async function fillNewUser(page: Page, name: string, role: string): Promise<void> {
  await open(page, '/users')
  const form = page.locator('form[action="?/create"]')
  await form.getByLabel('Name').fill(name)
  await form.getByLabel('First password').fill(password)
  await form.getByLabel('Role').selectOption(role)
  await form.getByRole('button', { name: 'Create' }).click()
  await page.getByText(`${name} can sign in now`).waitFor()
}
