import { join } from 'node:path'
import { createCatalogTables, generateSampleRows, startOpenSearch } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { installSchemathesis, run } from './support/schemathesis.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const token = 'a-token-for-schemathesis'
/** Installation of Python and some forty packages on a loaded machine. */
const installTimeoutMs = 600_000

const endings: (() => Promise<unknown>)[] = []
let program: string
let server: ServerProcess

// An OpenSearch of its own: requests take names of indices from responses, and those of other suites come and go.
beforeAll(async () => {
  program = await installSchemathesis()
  const [creating, starting] = [createTestDatabase(postgresUrl()), startOpenSearch({ startsFast: true })]
  endings.push(
    async () => (await creating).drop(),
    async () => (await starting).stop(),
  )
  const [database, openSearch] = await Promise.all([creating, starting])
  const services = { DATABASE_URL: database.url, OPENSEARCH_URL: openSearch.url }
  await buildIndex(services)
  server = await startServerProcess({
    ...services,
    API_TOKEN: token,
    WEBHOOK_SECRET: `whsec_${'a'.repeat(43)}=`,
    WEBHOOK_ALLOWED_HOSTS: 'ci.example.org',
  })
  endings.push(() => server.stop())
}, installTimeoutMs)

afterAll(async () => {
  for (const end of endings.reverse()) await end()
})

/**
 * An index with an alias, so that responses have content. No other index is created after it: a search in an index whose
 * shards are not started is answered with 503, and the run would fail by chance.
 */
async function buildIndex(services: { DATABASE_URL: string; OPENSEARCH_URL: string }): Promise<void> {
  await createCatalogTables(services.DATABASE_URL)
  await generateSampleRows(services.DATABASE_URL, { images: 20, audio: 0 })
  const builder = await startServerProcess(services)
  try {
    for (const request of [{ action: 'REINDEX' }, { action: 'POINT_ALIAS', alias: 'image' }]) {
      const { task_id } = await builder.submit({ model: 'image', index_suffix: '20231106', ...request })
      expect(await builder.waitForEnd(task_id)).toMatchObject({ status: 'succeeded' })
    }
  } finally {
    await builder.stop()
  }
  const blocked = await fetch(`${services.OPENSEARCH_URL}/_cluster/settings`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ persistent: { 'cluster.blocks.create_index': true } }),
  })
  expect(blocked.status).toBe(200)
}

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
