import postgres from 'postgres'
import type { Browser } from 'playwright'
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { launchBrowser, open, password, visit } from './support/open-browser.ts'
import { startRewritingProxy, type RewritingProxy } from './support/rewriting-proxy.ts'
import { startDashboard } from './support/stack.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

/** No page of these tests needs the server. */
const noServer = 'http://127.0.0.1:9'
const publicUrl = 'https://dash.example.org'

let browser: Browser
let database: TestDatabase
let proxy: RewritingProxy

beforeAll(async () => {
  browser = await launchBrowser()
  return () => browser.close()
})
beforeEach(async () => {
  database = await createTestDatabase(postgresUrl())
  onTestFinished(() => database.drop())
  proxy = await startRewritingProxy()
  onTestFinished(() => proxy.close())
})

/** A dashboard behind the proxy, and the path of its set-up link. */
async function start(env: Record<string, string> = {}) {
  const dashboard = await startDashboard(database.url, noServer, env)
  onTestFinished(() => dashboard.stop())
  proxy.target = dashboard.url
  const { pathname, search } = new URL(dashboard.setupUrl)
  return { url: dashboard.url, setupPath: `${pathname}${search}` }
}

function post(url: string, form: Record<string, string>, headers: Record<string, string>) {
  return fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: { accept: 'text/html', ...headers },
    redirect: 'manual',
  })
}

const newUser = { name: 'ada', password, again: password }

test('with DASHBOARD_URL, forms work behind a proxy that sends its own Host, with and without scripts', async () => {
  const { setupPath } = await start({ DASHBOARD_URL: proxy.url })
  const withScripts = await visit(browser, proxy.url)
  await open(withScripts.page, setupPath)
  expect(await withScripts.page.getByRole('alert').count()).toBe(0)
  await withScripts.page.getByLabel('Name').fill('ada')
  await withScripts.page.getByLabel('Password', { exact: true }).fill(password)
  await withScripts.page.getByLabel('Password again').fill(password)
  await withScripts.page.getByRole('button', { name: 'Create and sign in' }).click()
  await withScripts.page.waitForURL('**/tasks')
  expect(withScripts.complaints()).toEqual([])
  await withScripts.close()

  const without = await visit(browser, proxy.url, { javaScriptEnabled: false })
  await without.page.goto('/sign-in')
  await without.page.getByLabel('Name').fill('ada')
  await without.page.getByLabel('Password').fill(password)
  await without.page.getByRole('button', { name: 'Sign in' }).click()
  await without.page.waitForURL(`${proxy.url}/`)
  await without.close()
})

test('without DASHBOARD_URL, the page and a refused form say what to set, and the form stays filled', async () => {
  await start()
  const { page, close } = await visit(browser, proxy.url)
  await open(page, '/sign-in')
  await page.getByText(`DASHBOARD_URL=${proxy.url}`).first().waitFor()
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`set DASHBOARD_URL=${proxy.url} and start the dashboard again`).last().waitFor()
  await page.getByText('so it was refused').waitFor()
  expect(await page.getByText('The dashboard did not respond').count()).toBe(0)
  expect(await page.getByLabel('Name').inputValue()).toBe('ada')
  await close()
})

test('the page shows a note in a browser that uses another URL than DASHBOARD_URL', async () => {
  const { url } = await start({ DASHBOARD_URL: publicUrl })
  const { page, close } = await visit(browser, url)
  await open(page, '/sign-in')
  await page.getByText(`it is set up for ${publicUrl}`).waitFor()
  await close()
})

test('DASHBOARD_URL applies to forms and cookies, whatever headers a proxy sends', async () => {
  const { url, setupPath } = await start({ DASHBOARD_URL: publicUrl })
  const response = await post(`${url}${setupPath}`, newUser, {
    origin: publicUrl,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'elsewhere.example',
  })
  expect(response.status).toBe(303)
  expect(response.headers.get('set-cookie')).toContain('Secure')
  for (const origin of [url, 'https://elsewhere.example', 'http://dash.example.org', `${publicUrl}:8443`]) {
    const refused = await post(`${url}/sign-in`, { name: 'ada', password }, { origin })
    expect(refused.status, origin).toBe(403)
    const text = await refused.text()
    expect(text).toContain('DASHBOARD_URL')
    expect(text).toContain(publicUrl)
    expect(refused.headers.get('set-cookie')).toBeNull()
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('the first value in X-Forwarded-Proto is used, and invalid ones are ignored', async () => {
  const { url, setupPath } = await start()
  const origin = url.replace('http:', 'https:')
  const response = await post(`${url}${setupPath}`, newUser, { origin, 'x-forwarded-proto': 'https,http' })
  expect(response.status).toBe(303)
  for (const forwarded of [
    'https,http',
    'https, http',
    'http, https',
    'nonsense',
    'a:b',
    '%',
    ',',
    '%E0%A4%A',
  ]) {
    const page = await fetch(`${url}/sign-in`, { headers: { 'x-forwarded-proto': forwarded } })
    expect(page.status, forwarded).toBe(200)
  }
})

test('invalid addresses never reach the audit log, and without the address header sign-in works', async () => {
  const { url, setupPath } = await start({ ADDRESS_HEADER: 'X-Real-Ip' })
  expect((await post(`${url}${setupPath}`, newUser, { origin: url })).status).toBe(303)
  const addresses = ['203.0.113.9', 'x'.repeat(8_000), '203.0.113.10:55', "' or 1=1 --"]
  for (const address of addresses) {
    const signedIn = await post(`${url}/sign-in`, newUser, { origin: url, 'x-real-ip': address })
    expect(signedIn.status).toBe(303)
  }
  const sql = postgres(database.url, { max: 1 })
  onTestFinished(() => sql.end())
  const rows = await sql<{ address: string }[]>`select distinct address from dashboard.audit order by address`
  expect(rows.map(({ address }) => address)).toEqual(['127.0.0.1', '203.0.113.10', '203.0.113.9'])
})
