import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let database: TestDatabase
let admin: postgres.Sql

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  // Connected to another database, so that it is not ended itself.
  admin = postgres(postgresUrl(), { max: 1, onnotice: () => undefined, prepare: false })
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

/**
 * Repeatedly ends connections to the database while `run` runs: all, or those between two statements of a
 * transaction.
 *
 * @returns the number of ended connections
 */
async function whileConnectionsDrop(
  which: 'all' | 'in a transaction',
  run: (dropped: () => number) => Promise<void>,
): Promise<number> {
  const name = new URL(database.url).pathname.slice(1)
  const states = which === 'all' ? '%' : 'idle in transaction%'
  let dropped = 0
  let done = false
  const dropping = (async () => {
    while (!done) {
      const rows = await admin`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${name} and state like ${states}`
      dropped += rows.length
    }
  })()
  try {
    await run(() => dropped)
  } finally {
    done = true
    await dropping
  }
  return dropped
}

async function startServer() {
  const env = { DATABASE_URL: database.url, OPENSEARCH_URL: inject('openSearchUrl') }
  const server = await startServerProcess(env)
  onTestFinished(() => server.kill())
  return server
}

async function readMetrics({ baseUrl }: ServerProcess): Promise<void> {
  const response = await fetch(`${baseUrl}/metrics`)
  expect([200, 503]).toContain(response.status)
  await response.text()
}

test('a server survives that Postgres ends its connections during startup', async () => {
  for (let round = 0; round < 2; round++) {
    const server = await startServer()
    const dropped = await whileConnectionsDrop('all', async () => {
      for (let scrape = 0; scrape < 20; scrape++) await readMetrics(server)
    })
    expect(dropped).toBeGreaterThan(0)
    await waitUntilReady(server.baseUrl)
    expect(await server.stop()).toBe(0)
    expect(server.log()).not.toMatch(/unexpected error|the process continues/)
  }
})

test('a server survives that Postgres ends connections during the transactions of its metrics', async () => {
  const server = await startServer()
  await waitUntilReady(server.baseUrl)
  // How often a transaction is hit between two statements depends on the machine.
  await whileConnectionsDrop('in a transaction', async (dropped) => {
    const drop = async () => {
      await Promise.all([1, 2, 3].map(() => readMetrics(server)))
      return dropped() > 10
    }
    await until(() => `more than 10 ended connections: ${dropped()}`, drop)
  })
  await waitUntilReady(server.baseUrl)
  expect(await server.stop()).toBe(0)
  expect(server.log()).not.toMatch(/unexpected error|the process continues/)
})
