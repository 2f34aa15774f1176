import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { runTask, submitTask, type TaskContext } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { holdCalls } from '../support/hold-calls.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    settings: { rowsPerItem: 10_000, targetBodyLength: 50_000, maxInFlight: 3 },
  })
})
afterEach(() => harness.close())

interface Connection {
  state: string
  inTransaction: boolean
  query: string
}

/** The current or last statements of the worker's connections. */
const lookAtConnections = () => harness.sql<Connection[]>`
  select state, xact_start is not null as "inTransaction", query from pg_stat_activity
  where datname = current_database() and application_name = 'ingestion-server'`

/** Lets some bulk requests through, and holds all later ones until they are released. */
function holdBulks(free: number) {
  const queries = new Set<string>()
  const watched = interceptCalls(harness.search, async (call, proceed) => {
    if (call === 'bulk') for (const { query } of await lookAtConnections()) queries.add(query)
    return proceed()
  })
  const held = holdCalls(watched, 'bulk', (nth) => nth > free)
  const context: TaskContext = { ...harness.context, search: held.search }
  return { ...held, context, queries }
}

test('while OpenSearch is slow, no more requests are sent and no transaction stays open; pages are read by key', async () => {
  await loadImages(harness, 8_000)
  const request = { model: 'image', action: 'REINDEX', index_suffix: harness.suffix } as const
  const { id } = await submitTask(harness.context, request)
  const held = holdBulks(4)
  const run = runTask(held.context, id)
  await held.reached
  // Pages that are read ahead take milliseconds. After that leases are renewed in short transactions, so one
  // may be open at any single check; one that stays open is there at all of them.
  await expect
    .poll(
      async () =>
        (await lookAtConnections()).filter(({ state, inTransaction }) => inTransaction || state !== 'idle'),
      { message: 'connections that are not idle' },
    )
    .toEqual([])
  expect(held.countCalls()).toBeLessThanOrEqual(4 + 3)

  held.goOn()
  const result = await run
  const pageQueries = [...held.queries].filter((query) => /from (?:"public"\.)?"image"[^]*limit/i.test(query))
  expect(pageQueries.length).toBeGreaterThan(0)
  // `offset 0` in an expression keeps the planner from inlining it, and skips no row.
  for (const query of pageQueries) expect(query).not.toMatch(/\boffset\b(?! 0\))|\bcursor\b/i)
  expect(result).toMatchObject({ paused: false, task: { status: 'succeeded', error: null } })
  await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
})
