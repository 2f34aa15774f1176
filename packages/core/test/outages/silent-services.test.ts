import { createServer } from 'node:net'
import { listen } from '@ingestion-server/local-services/listen'
import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { classifyError } from '../../src/classify-error.ts'
import {
  connectOpenSearch,
  connectPostgres,
  planTask,
  runTask,
  submitTask,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'
import { startTcpProxy, throughProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { holdLoad } from '../support/hold-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { waitForTask } from '../support/wait-for-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'

const rows = 3_000

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    settings: { catalogTimeoutMs: 1_000, silenceMs: 300, leaseMs: 1_000 },
  })
  await loadImages(harness, rows)
})
afterEach(() => harness.close())

const request = () => ({ model: 'image', action: 'REINDEX', index_suffix: harness.suffix }) as const
const submit = () => submitTask(harness.context, request())
const waitFor = (task: TaskRecord, wanted: (task: TaskRecord) => boolean) =>
  waitForTask(harness.context.store, task.id, wanted)
const saysSilent = ({ waiting }: TaskRecord) =>
  waiting?.for === 'postgres' && waiting.reason.includes('has not responded')

/** Locks the table against all readers, until released. */
async function lockTable() {
  const connection = await harness.sql.reserve()
  await connection.unsafe('begin; lock table image in access exclusive mode')
  return async () => {
    await connection.unsafe('commit')
    connection.release()
  }
}

/** A proxy to the catalog that accepts data and forwards nothing while it is silent, like a stopped process. */
async function silentCatalog() {
  let isSilent = false
  const held: (() => void)[] = []
  const proxy: TcpProxy = await startTcpProxy(harness.databaseUrl, (outgoing) => (chunk) => {
    const pass = () => void outgoing.write(chunk)
    if (isSilent) held.push(pass)
    else pass()
  })
  onTestFinished(() => proxy.stop())
  const catalog = connectPostgres(throughProxy(harness.databaseUrl, proxy))
  onTestFinished(() => catalog.close(0))
  return {
    context: { ...harness.context, db: catalog.db } satisfies TaskContext,
    silence: () => void (isSilent = true),
    wake() {
      isSilent = false
      for (const pass of held.splice(0)) pass()
    },
  }
}

test('a task names a catalog that does not respond during planning, and continues when it responds', async () => {
  const catalog = await silentCatalog()
  const task = await submit()
  catalog.silence()
  const ended = runToEnd(catalog.context, task.id)
  const named = await waitFor(task, saysSilent)
  expect(named).toMatchObject({ status: 'running', phase: 'planning' })
  const later = await waitFor(
    task,
    ({ waiting }) => waiting !== null && waiting.next_attempt_at !== named.waiting?.next_attempt_at,
  )
  expect(later.waiting?.since).toBe(named.waiting?.since)
  catalog.wake()
  expect(await ended).toMatchObject({ status: 'succeeded', waiting: null, counts: { read: rows } })
  await expectIndexToEqualDatabase(harness, 'image', task.index)
})

test('a cancel ends a task whose catalog does not respond', async () => {
  const catalog = await silentCatalog()
  // Too long to end by itself.
  const settings = { ...catalog.context.settings, catalogTimeoutMs: 600_000, outageTimeoutMs: 600_000 }
  const task = await submit()
  catalog.silence()
  const ended = runToEnd({ ...catalog.context, settings }, task.id)
  await waitFor(task, saysSilent)
  await harness.context.store.cancel(task.id)
  expect(await ended).toMatchObject({ status: 'cancelled' })
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
})

test('a table that is locked during the load is named, and its statements are cancelled', async () => {
  const task = await submit()
  const load = holdLoad(harness.context.search, harness.context.store, task.id)
  const ended = runToEnd({ ...harness.context, search: load.search }, task.id)
  await load.reached
  const unlock = await lockTable()
  load.goOn()
  const named = await waitFor(task, saysSilent)
  await waitFor(
    task,
    ({ waiting }) => waiting !== null && waiting.next_attempt_at !== named.waiting?.next_attempt_at,
  )
  // Between two attempts. A statement that is not cancelled would be there at any time until the table is unlocked.
  const waitingForLock = () => harness.sql`
    select query from pg_stat_activity where datname = current_database()
      and application_name = 'ingestion-server' and wait_event_type = 'Lock'`
  await expect.poll(waitingForLock, { message: 'statements that wait for the table' }).toEqual([])
  await unlock()
  expect(await ended).toMatchObject({ status: 'succeeded', counts: { read: rows } })
  await expectIndexToEqualDatabase(harness, 'image', task.index)
})

test('a table that stays locked fails the task with the reason after the outage timeout', async () => {
  const unlock = await lockTable()
  const task = await submit()
  const settings = { ...harness.context.settings, outageTimeoutMs: 1_500 }
  expect(await runToEnd({ ...harness.context, settings }, task.id)).toMatchObject({
    status: 'failed',
    error: {
      code: 'database_unavailable',
      detail: expect.stringContaining('did not respond within') as string,
    },
  })
  await unlock()
})

test('a dry run fails after a timeout when the catalog does not respond', async () => {
  const unlock = await lockTable()
  const planning = planTask(harness.context, request()).catch((error: unknown) => classifyError(error))
  expect(await planning).toMatchObject({ code: 'database_unavailable' })
  await unlock()
})

test('an OpenSearch that does not respond is named, and its calls are dropped with the lease', async () => {
  const silent = await listen(createServer((socket) => void socket.resume()))
  onTestFinished(() => silent.close())
  const search = connectOpenSearch(silent.url)
  onTestFinished(() => search.close())
  const task = await submit()
  const stopping = new AbortController()
  const first = runTask({ ...harness.context, search }, task.id, { signal: stopping.signal })
  // On a busy machine, Postgres may be named for a moment before.
  const named = await waitFor(task, ({ waiting }) => waiting?.for === 'opensearch')
  expect(named.waiting).toMatchObject({
    for: 'opensearch',
    reason: expect.stringContaining('OpenSearch (indices.get) has not responded for 0.3 s') as string,
  })
  // It would claim the cleanup too, which has to wait for OpenSearch.
  stopping.abort()
  await harness.context.store.cancel(task.id)
  // The worker notices when it renews its lease, not when its request ends.
  expect(await first).toMatchObject({ paused: true })
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'cancelled' })
})
