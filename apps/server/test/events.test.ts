import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const listeners = 500

let database: TestDatabase
let server: ServerProcess

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  // Without a worker, the tasks don't change until the test changes them.
  server = await startServerProcess({
    DATABASE_URL: database.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
    ROLE: 'api',
  })
})
afterAll(async () => {
  await server.stop()
  await database.drop()
})

const openStream = (taskId: string, signal: AbortSignal | null = null) =>
  fetch(`${server.baseUrl}/task/${taskId}/events`, { headers: { Accept: 'text/event-stream' }, signal })

async function readMetric(name: string): Promise<number> {
  const text = await (await fetch(`${server.baseUrl}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

test('a listener that disconnects leaves nothing behind', async () => {
  // First test: connections that other tests leave open are reused for new ones.
  const { task_id } = await server.submit({ model: 'audio', action: 'REINDEX' })
  const before = await readMetric('process_open_fds')
  const client = new AbortController()
  const responses = await Promise.all(Array.from({ length: 50 }, () => openStream(task_id, client.signal)))
  // Each stream has started: its first bytes have arrived.
  await Promise.all(responses.map(async (response) => await response.body?.getReader().read()))
  expect(await readMetric('process_open_fds')).toBeGreaterThan(before + 40)
  client.abort()
  // Idle connections stay open for 65 s, longer than those of proxies.
  await expect.poll(() => readMetric('process_open_fds'), { timeout: 100_000 }).toBeLessThan(before + 10)
})

test('500 listeners of a task all receive its end, and their connections end with it', async () => {
  const { task_id } = await server.submit({ model: 'image', action: 'REINDEX' })
  const responses = await Promise.all(Array.from({ length: listeners }, () => openStream(task_id)))
  expect(responses.every(({ status }) => status === 200)).toBe(true)
  const ends = responses.map((response) => response.text())
  await fetch(`${server.baseUrl}/task/${task_id}/cancel`, { method: 'POST' })
  for (const text of await Promise.all(ends)) {
    expect(text).toMatch(/^event: created$/m)
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(/^event: cancelled$/m)
  }
})
