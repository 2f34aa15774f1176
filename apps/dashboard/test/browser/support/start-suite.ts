import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import type { Browser } from 'playwright'
import { inject } from 'vitest'
import { createUser, launchBrowser, password, setUp, visit, type Visitor } from './open-browser.ts'
import { createFormSender, type FormSender } from './send-form.ts'
import { startStack, type Stack, type StackOptions } from './stack.ts'

export interface Suite {
  stack: Stack
  browser: Browser
  /** Ada, the first user. */
  admin: Visitor
  close: () => Promise<void>
}

export interface FormSuite {
  stack: Stack
  sender: FormSender
  /** Headers of requests by ada, the first user. */
  asAdmin: { cookie: string }
  close: () => Promise<void>
}

export interface FormSuiteOptions extends Partial<StackOptions> {
  /** Further users, by name, with their roles. */
  users?: Record<string, 'viewer' | 'operator' | 'admin'>
}

export interface SuiteOptions extends FormSuiteOptions {
  /** Runs while there is no user yet. */
  beforeSetUp?: (parts: Pick<Suite, 'stack' | 'browser'>) => Promise<void>
}

/**
 * A stack and a browser in which the first user is signed in.
 *
 * @example
 * let suite: Suite | undefined
 * beforeAll(async () => {
 *   suite = await startSuite({ users: { grace: 'operator' } })
 * })
 * afterAll(() => suite?.close())
 */
export async function startSuite({ users = {}, beforeSetUp, ...options }: SuiteOptions = {}): Promise<Suite> {
  await using endings = new AsyncDisposableStack()
  const stack = await startOwnStack(options)
  endings.defer(() => stack.close())
  // With its contexts.
  const browser = endings.use(await launchBrowser())
  await beforeSetUp?.({ stack, browser })
  const admin = await visit(browser, stack.url)
  await setUp(admin.page, stack.setupUrl)
  for (const [name, role] of Object.entries(users)) await createUser(admin.page, name, role)
  const kept = endings.move()
  return { stack, browser, admin, close: () => kept.disposeAsync() }
}

/** A stack whose first user is signed in, for suites that need no browser. */
export async function startFormSuite({ users = {}, ...options }: FormSuiteOptions = {}): Promise<FormSuite> {
  await using endings = new AsyncDisposableStack()
  const stack = await startOwnStack(options)
  endings.defer(() => stack.close())
  const sender = createFormSender(stack.url)
  const asAdmin = { cookie: await sender.setUp(stack.setupUrl) }
  for (const [name, role] of Object.entries(users)) {
    const { status } = await sender.post('/users?/create', { name, password, role }, asAdmin)
    if (status >= 400) throw new Error(`the user ${name} is refused with ${status}`)
  }
  const kept = endings.move()
  return { stack, sender, asAdmin, close: () => kept.disposeAsync() }
}

function startOwnStack(options: Partial<StackOptions>): Promise<Stack> {
  return startStack({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl'), ...options })
}
