import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { launchBrowser, visit } from './support/open-browser.ts'
import { nodeCommand, runProcess, type RunningProcess } from '@ingestion-server/core/testing/run-process.ts'
import { listen } from '@ingestion-server/local-services/listen'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'

const token = 'a-token-of-the-browser-tests'

const endings = new AsyncDisposableStack()
let browser: Browser
let server: RunningProcess
/** Two sites, one of which is a listed origin. */
let listed: string
let foreign: string

async function startSite(): Promise<string> {
  const { url, close } = await listen(
    createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>A site</title>')
    }),
  )
  endings.defer(close)
  return url
}

beforeAll(async () => {
  const database = await createTestDatabase(postgresUrl())
  endings.defer(() => database.drop())
  ;[listed, foreign] = [await startSite(), await startSite()]
  const env = {
    DATABASE_URL: database.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
    API_TOKEN: token,
    CORS_ORIGINS: listed,
    // Without a worker, so its tasks don't change.
    ROLE: 'api',
    PORT: '0',
    LOG_LEVEL: 'error',
  }
  server = await runProcess(nodeCommand(join(inject('builtServer'), 'main.mjs'), env))
  endings.defer(async () => void (await server.stop()))
  await waitUntilReady(server.baseUrl)
  browser = endings.use(await launchBrowser())
})
afterAll(() => endings.disposeAsync())

/** What a page of the site receives when it starts, reads and follows a task like the SDK. */
async function callFrom(site: string) {
  const { page, close } = await visit(browser, site)
  await page.goto('/')
  const result = await page.evaluate(
    async ({ url, token }) => {
      const headers = { Authorization: `Bearer ${token}`, 'Ingestion-Actor': 'ada' }
      const posted = await fetch(`${url}/task`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json', 'Idempotency-Key': 'k', Prefer: 'wait=1' },
        body: '{"model":"image","action":"REINDEX","index_suffix":"page"}',
      })
      const location = posted.headers.get('Location')
      const refused = await fetch(`${url}/task/nonsense`, { headers })
      const stream = await fetch(`${url}${location}/events`, {
        headers: { ...headers, Accept: 'text/event-stream', 'Last-Event-ID': '0' },
      })
      const first = await stream.body?.getReader().read()
      const patched = await fetch(`${url}${location}`, {
        method: 'PATCH',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: '{}',
      })
      return {
        posted: posted.status,
        location,
        applied: posted.headers.get('Preference-Applied'),
        requestId: refused.headers.get('X-Request-Id'),
        code: ((await refused.json()) as { code: string }).code,
        stream: new TextDecoder().decode(first?.value),
        patched: patched.status,
      }
    },
    { url: server.baseUrl, token },
  )
  await close()
  return result
}

test('a page of a listed origin can use the whole API, including headers and event streams', async () => {
  const result = await callFrom(listed)
  expect(result).toMatchObject({ posted: 202, applied: 'wait=1', code: 'task_not_found' })
  expect(result.location).toMatch(/^\/task\/[0-9a-f-]{36}$/)
  expect(result.requestId).not.toBeNull()
  expect(result.stream).toContain('retry:')
  // The page can read the response with any status.
  expect(result.patched).toBeGreaterThanOrEqual(200)
})

test("a page of another origin can't read any response, even with a valid token", async () => {
  await expect(callFrom(foreign)).rejects.toThrow('Failed to fetch')
})
