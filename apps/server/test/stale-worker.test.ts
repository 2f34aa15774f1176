import { loadSampleData } from '@ingestion-server/local-services'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  readIndex,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { startHoldingProxy, type HoldingProxy } from './support/holding-proxy.ts'
import {
  startServerProcess,
  startWorkerProcess,
  type RunningProcess,
  type ServerProcess,
} from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

/**
 * In each test a worker freezes, for longer than its lease, while a bulk request of its own is under way; others go
 * on with its task; then the request arrives, and after that the worker resumes.
 */
const openSearchUrl = inject('openSearchUrl')
let harness: Harness
let proxy: HoldingProxy
let stale: RunningProcess
let server: ServerProcess
let index: string

beforeEach(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl })
  index = `image-${harness.suffix}`
  await loadSampleData(harness.databaseUrl, sampleDataDir)
  proxy = await startHoldingProxy(openSearchUrl)
  const env = {
    DATABASE_URL: harness.databaseUrl,
    LEASE_SECONDS: '2',
    POLL_INTERVAL_SECONDS: '1',
    ROWS_PER_ITEM: '500',
    TARGET_BODY_LENGTH: '100000',
  }
  ;[server, stale] = await Promise.all([
    startServerProcess({ ...env, OPENSEARCH_URL: openSearchUrl, ROLE: 'api' }),
    startWorkerProcess({ ...env, OPENSEARCH_URL: throughProxy(openSearchUrl, proxy) }),
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
  // What the request holds is out of date, so that it would be seen if it were written.
  await harness.sql`update image set title = 'changed meanwhile', updated_on = now()`
  others = await startWorkerProcess({ ...env, OPENSEARCH_URL: openSearchUrl })
})
let taskId: string
let others: RunningProcess

afterEach(async () => {
  stale.resume()
  // It has nothing left to do, and says so by ending without an error.
  expect(await Promise.all([stale.stop(), others.stop(), server.stop()])).toEqual([0, 0, 0])
  await proxy.stop()
  await harness.close()
})

/** The request arrives, then the worker resumes and responds again. */
async function wakeUp(): Promise<void> {
  await proxy.release()
  stale.resume()
  expect((await fetch(`${stale.baseUrl}/livez`)).status).toBe(200)
}

test('a worker that comes back late changes nothing in a finished index', async () => {
  const task = await server.waitForEnd(taskId)
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await wakeUp()
  await expectIndexToEqualDatabase(harness, 'image', index)
  expect(await server.getTask(taskId)).toEqual(task)
})

test('nor in an index that was deleted and made anew under the same name', async () => {
  await server.waitForEnd(taskId)
  await harness.search.indices.delete({ index })
  await harness.search.indices.create({ index })
  await wakeUp()
  expect(await readIndex(harness.search, index)).toEqual(new Map())
})

test('nor does it bring back the index of a task that was cancelled', async () => {
  await harness.context.store.cancel(taskId, { keepIndex: false })
  expect(await server.waitForEnd(taskId)).toMatchObject({ status: 'cancelled' })
  await wakeUp()
  expect((await harness.search.indices.exists({ index })).body).toBe(false)
})
