import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
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
  run: () => Promise<void>,
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
    await run()
  } finally {
    done = true
    await dropping
  }
  return dropped
}

const env = () => ({ DATABASE_URL: database.url, OPENSEARCH_URL: inject('openSearchUrl') })

async function readMetrics({ baseUrl }: ServerProcess): Promise<void> {
  const response = await fetch(`${baseUrl}/metrics`)
  expect([200, 503]).toContain(response.status)
  await response.text()
}

test('a server survives that Postgres ends its connections during startup', async () => {
  for (let round = 0; round < 2; round++) {
    const server = await startServerProcess(env())
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
  const server = await startServerProcess(env())
  await waitUntilReady(server.baseUrl)
  const dropped = await whileConnectionsDrop('in a transaction', async () => {
    for (let round = 0; round < 100; round++) await Promise.all([1, 2, 3].map(() => readMetrics(server)))
  })
  expect(dropped).toBeGreaterThan(10)
  await waitUntilReady(server.baseUrl)
  expect(await server.stop()).toBe(0)
  expect(server.log()).not.toMatch(/unexpected error|the process continues/)
})
