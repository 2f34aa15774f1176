import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import type { Browser } from 'playwright'
import { inject } from 'vitest'
import { createUser, launchBrowser, setUp, visit, type Visitor } from './open-browser.ts'
import { startStack, type Stack, type StackOptions } from './stack.ts'

export interface Suite {
  stack: Stack
  browser: Browser
  /** Ada, the first user. */
  admin: Visitor
  close: () => Promise<void>
}

export interface SuiteOptions extends Partial<StackOptions> {
  /** Further users, by name, with their roles. */
  users?: Record<string, 'viewer' | 'operator' | 'admin'>
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
export async function startSuite({ users = {}, ...options }: SuiteOptions = {}): Promise<Suite> {
  const [stack, browser] = await Promise.all([
    startStack({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl'), ...options }),
    launchBrowser(),
  ])
  const admin = await visit(browser, stack.url)
  await setUp(admin.page, stack.setupUrl)
  for (const [name, role] of Object.entries(users)) await createUser(admin.page, name, role)
  return {
    stack,
    browser,
    admin,
    async close() {
      // Its contexts too.
      await browser.close()
      await stack.close()
    },
  }
}
