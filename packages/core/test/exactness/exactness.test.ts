import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { runTask, submitTask, type TaskContext, type TaskRecord } from '../../src/index.ts'
import { death } from '../support/failing-calls.ts'
import { createHarness, readIndex, runToEnd, type Harness } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import {
  createCommitLog,
  longTransaction,
  shortTransaction,
  write,
  type CommitLog,
  type TaskWatch,
} from '../support/random-writers.ts'
import { clearHistory, createHistory, listAllowedStates } from '../support/row-history.ts'
import { createSchema } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { until } from '../support/until.ts'

/** Rounds of all lanes: 200 by default, more with EXACTNESS_ROUNDS; a failure prints the seed for EXACTNESS_SEED. */
const rounds = Number(process.env['EXACTNESS_ROUNDS'] ?? 200)
const seed = process.env['EXACTNESS_SEED'] === undefined ? undefined : Number(process.env['EXACTNESS_SEED'])
/** Rounds mostly wait for OpenSearch, so several run at the same time, each in its own database. */
const lanes = 4
const rows = 60

/** Disturbances of a REINDEX while the writers write. */
const run = fc.record({
  verify: fc.constantFrom('ids' as const, 'documents' as const),
  writers: fc.array(fc.array(shortTransaction, { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 2,
  }),
  longTransaction,
  /** Number of calls to OpenSearch after which each worker in turn dies. */
  deaths: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 3 }),
  /** Additional milliseconds of calls to OpenSearch, used in turns. */
  delays: fc.array(fc.nat(25), { minLength: 1, maxLength: 8 }),
  workers: fc.integer({ min: 1, max: 2 }),
})
type Run = typeof run extends fc.Arbitrary<infer Value> ? Value : never

describe.concurrent.each(Array.from({ length: lanes }, (_, lane) => lane))('lane %i', (lane) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await createHarness({
      postgresUrl: postgresUrl(),
      openSearchUrl: inject('openSearchUrl'),
      settings: { rowsPerItem: 15, targetBodyLength: 2_000, leaseMs: 60_000 },
    })
    await createSchema(harness.databaseUrl, 'states')
    await createHistory(harness.sql)
  })
  afterAll(() => harness.close())

  test(
    'each document of a finished index has its state at as_of or later, despite concurrent writes and dying workers',
    { timeout: 60_000 + rounds * 15_000 },
    async () => {
      let round = 0
      await fc.assert(
        fc.asyncProperty(run, (plan) => playRound(harness, `${harness.suffix}-${round++}`, plan)),
        {
          numRuns: Math.ceil(rounds / lanes),
          // A round depends on timing, so a reduced one would be a different round.
          endOnFailure: true,
          ...(seed !== undefined && { seed: seed + lane }),
        },
      )
    },
  )
})

async function playRound(harness: Harness, suffix: string, plan: Run): Promise<void> {
  const { sql, search, context } = harness
  const log = createCommitLog()
  await fillTable(harness, log)
  const request = { model: 'image', action: 'REINDEX', index_suffix: suffix, verify: plan.verify } as const
  const { id } = await submitTask(context, request)
  const watch = watchTask(context, id)
  const writing = [[plan.longTransaction], ...plan.writers].map((transactions) =>
    write(sql, transactions, log, watch),
  )
  const index = `image-${suffix}`

  const slow = slowed(context, plan.delays)
  let task: TaskRecord | undefined
  try {
    for (const calls of plan.deaths) await runUntilDeath(harness, slow, id, calls)
    ;[task] = await Promise.all(Array.from({ length: plan.workers }, () => runToEnd(slow, id)))
  } finally {
    // After a failure too: the writers go on until then.
    watch.end()
    await Promise.all(writing)
  }
  expect(task).toMatchObject({ status: 'succeeded', error: null })

  const allowed = await listAllowedStates(sql, log.commits, String(task?.asOf))
  const found = await readIndex(search, index)
  expect([...found.keys()].filter((key) => !allowed.has(key))).toEqual([])
  for (const [key, states] of allowed) {
    const document = found.get(key) ?? null
    // A state is a whole document: only one that equals none of them is compared by field, with the newest.
    if (!states.some((state) => isDeepStrictEqual(state, document))) {
      expect(document, `document ${key}, one of ${states.length} states`).toEqual(states.at(-1))
    }
  }
  await search.indices.delete({ index })
}

function watchTask({ store }: TaskContext, taskId: string): TaskWatch & { end(): void } {
  let ended = false
  return {
    hasEnded: () => ended,
    async reached(phase) {
      await until(
        `phase ${phase} of task ${taskId}`,
        async () => ended || isAt((await store.get(taskId))?.phase, phase),
      )
    },
    end() {
      ended = true
    },
  }
}

const order = ['planning', 'loading', 'catching_up', 'verifying', 'mending', 'restoring', 'done']

/** A phase may have ended by the time the task is read. */
function isAt(phase: string | undefined, wanted: string): boolean {
  return phase !== undefined && order.indexOf(phase) >= order.indexOf(wanted)
}

async function fillTable({ sql }: Harness, log: CommitLog): Promise<void> {
  await clearHistory(sql)
  const connection = await sql.reserve()
  await connection`begin`
  await connection`insert into image (id, title, updated_on, meta_data, tags, url)
    select n * 3, 'row ' || n, now() - interval '2 days', jsonb_build_object('description', n::text, 'mature', n % 7 = 0),
      '[{"name": "tag"}]', 'https://example.org/' || n || '.png' from generate_series(1, ${rows}) n`
  await connection`insert into api_matureimage (identifier, created_on)
    select identifier, now() - interval '2 days' from image where id % 5 = 0`
  await connection`insert into api_deletedimage (identifier, created_on)
    select identifier, now() - interval '2 days' from image where id % 13 = 0`
  await log.commit(connection)
  connection.release()
}

function slowed(context: TaskContext, delays: readonly number[]): TaskContext {
  let call = 0
  const search = interceptCalls(context.search, async (_, proceed) => {
    const delay = delays[call++ % delays.length] ?? 0
    await context.clock.sleep(delay)
    return proceed()
  })
  return { ...context, search }
}

/** A worker that dies during a call, which is sent or not, and cleans up nothing. */
async function runUntilDeath(harness: Harness, context: TaskContext, taskId: string, calls: number) {
  const dying = new AbortController()
  let call = 0
  const search = interceptCalls(context.search, async (_, proceed) => {
    if (++call < calls) return proceed()
    if (call === calls && calls % 2 === 0) await proceed().catch(() => undefined)
    dying.abort()
    throw await death(harness, taskId)
  })
  await runTask({ ...context, search, worker: 'dying' }, taskId, { signal: dying.signal })
}
