import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { installSchemathesis, run } from './support/schemathesis.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const token = 'a-token-for-schemathesis'
/** Installation of Python and some forty packages on a loaded machine. */
const installTimeoutMs = 600_000

let program: string
let database: TestDatabase
let server: ServerProcess

beforeAll(async () => {
  program = await installSchemathesis()
  // The database has no tables: tasks fail soon, and write to no index.
  database = await createTestDatabase(postgresUrl())
  server = await startServerProcess({
    DATABASE_URL: database.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
    API_TOKEN: token,
    WEBHOOK_SECRET: `whsec_${'a'.repeat(43)}=`,
    WEBHOOK_ALLOWED_HOSTS: 'ci.example.org',
  })
}, installTimeoutMs)

afterAll(async () => {
  await server.stop()
  await database.drop()
})

test('schemathesis finds no violation of the OpenAPI document with valid and invalid requests', async () => {
  await waitUntilReady(server.baseUrl)
  const { exitCode, output } = await run(program, [
    '--config-file',
    join(import.meta.dirname, 'schemathesis.toml'),
    'run',
    `${server.baseUrl}/openapi.json`,
    '--header',
    `Authorization: Bearer ${token}`,
    '--phases=examples,coverage,fuzzing,stateful',
    '--max-examples=10',
    // The same requests in every run: a run fails because of a change, not by chance.
    '--generation-deterministic',
    // Python stores the depth of the parsed syntax tree once for all threads: with two
    // workers, a lambda sometimes fails with "an AST constructor recursion depth mismatch".
    '--workers=1',
    '--request-timeout=30',
    '--suppress-health-check=all',
    '--continue-on-failure',
    '--no-shrink',
    '--warnings=off',
  ])
  expect(exitCode, output).toBe(0)
  expect(output).toMatch(/Operations: +32 selected \/ 32 total/)
  expect(server.log()).not.toContain('internal_error')
}, 300_000)
