import { loadSampleData } from '@ingestion-server/local-services'
import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  readIndex,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { startHoldingProxy, type HoldingProxy } from '@ingestion-server/core/testing/holding-proxy.ts'
import {
  startServerProcess,
  startWorkerProcess,
  type RunningProcess,
  type ServerProcess,
} from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

/**
 * In each test a worker freezes for longer than its lease while one of its bulk requests is in flight; other workers
 * continue its task; then the request arrives, and after that the worker resumes.
 */
const openSearchUrl = inject('openSearchUrl')
let harness: Harness
let proxy: HoldingProxy
let stale: RunningProcess
let server: ServerProcess
let index: string

beforeEach(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl })
  onTestFinished(() => harness.close())
  index = `image-${harness.suffix}`
  await loadSampleData(harness.databaseUrl, sampleDataDir)
  proxy = await startHoldingProxy(openSearchUrl)
  onTestFinished(() => proxy.stop())
  const env = {
    DATABASE_URL: harness.databaseUrl,
    LEASE_SECONDS: '2',
    POLL_INTERVAL_SECONDS: '1',
    ROWS_PER_ITEM: '500',
    TARGET_BODY_LENGTH: '100000',
  }
  ;[server, stale] = await Promise.all([
    untilTestEnds(startServerProcess({ ...env, OPENSEARCH_URL: openSearchUrl, ROLE: 'api' })),
    untilTestEnds(startWorkerProcess({ ...env, OPENSEARCH_URL: throughProxy(openSearchUrl, proxy) })),
  ])
  const underWay = proxy.holdNextBulk()
  const { task_id } = await server.submit({
    model: 'image',
    action: 'REINDEX',
    index_suffix: harness.suffix,
  })
  taskId = task_id
  await underWay
  stale.freeze()
  // The documents of the request are outdated, so that a write would be noticed.
  await harness.sql`update image set title = 'changed meanwhile', updated_on = now()`
  others = await untilTestEnds(startWorkerProcess({ ...env, OPENSEARCH_URL: openSearchUrl }))
})
let taskId: string
let others: RunningProcess

afterEach(async () => {
  stale.resume()
  // It has no work left, and ends without an error.
  expect(await Promise.all([stale.stop(), others.stop(), server.stop()])).toEqual([0, 0, 0])
})

/** Kills the process if a failure has left it running, or frozen. */
async function untilTestEnds<Process extends RunningProcess>(starting: Promise<Process>): Promise<Process> {
  const started = await starting
  onTestFinished(() => started.kill())
  return started
}

/** The request arrives, then the worker resumes and its calls work again. */
async function wakeUp(): Promise<void> {
  await proxy.release()
  stale.resume()
  expect((await fetch(`${stale.baseUrl}/livez`)).status).toBe(200)
}

test('a worker that resumes late changes nothing in a finished index', async () => {
  const task = await server.waitForEnd(taskId)
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await wakeUp()
  await expectIndexToEqualDatabase(harness, 'image', index)
  expect(await server.getTask(taskId)).toEqual(task)
})

test('a worker that resumes late changes nothing in an index that was deleted and created again', async () => {
  await server.waitForEnd(taskId)
  await harness.search.indices.delete({ index })
  await harness.search.indices.create({ index })
  await wakeUp()
  expect(await readIndex(harness.search, index)).toEqual(new Map())
})

test('a worker that resumes late does not recreate the index of a cancelled task', async () => {
  await harness.context.store.cancel(taskId, { keepIndex: false })
  expect(await server.waitForEnd(taskId)).toMatchObject({ status: 'cancelled' })
  await wakeUp()
  expect((await harness.search.indices.exists({ index })).body).toBe(false)
})
