import { createRandom } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { startHoldingProxy, type HoldingProxy } from '@ingestion-server/core/testing/holding-proxy.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { loadImages } from '@ingestion-server/core/testing/sample-data.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { waitForTask } from '@ingestion-server/core/testing/wait-for-task.ts'
import { startServerProcess } from './support/server-process.ts'

const rows = 50_000
const kills = 20
/** Of one process. With all kills, fewer than the load has, so that each kill is during the load. */
const maxBulks = 12

let harness: Harness
let proxy: HoldingProxy
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  proxy = await startHoldingProxy(inject('openSearchUrl'))
  await loadImages(harness, rows)
})
afterAll(async () => {
  await proxy.stop()
  await harness.close()
})

async function startServer() {
  const server = await startServerProcess({
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: throughProxy(inject('openSearchUrl'), proxy),
    LEASE_SECONDS: '1',
    POLL_INTERVAL_SECONDS: '1',
    ROWS_PER_ITEM: '5000',
    TARGET_BODY_LENGTH: '100000',
  })
  onTestFinished(() => server.kill())
  return server
}

test(
  `a task continues after SIGTERM and after each of ${kills} kills during the load, and the index is exact`,
  // More than twenty starts of the server, each of which waits for the lease of the previous one.
  { timeout: 900_000 },
  async () => {
    const random = createRandom(1)
    // The load stops there, so it can't end before the process does.
    const holdBulk = () => proxy.holdNextBulk(random.integer(1, maxBulks))
    let held = holdBulk()
    let server = await startServer()
    const { task_id: taskId } = await server.submit({
      model: 'image',
      action: 'REINDEX',
      index_suffix: harness.suffix,
    })
    // Not from the server: it is not ready while its calls to OpenSearch are held.
    const waitFor = (isWanted: (read: number) => boolean) =>
      waitForTask(harness.context.store, taskId, ({ counts }) => isWanted(counts.read))
    const before = await waitFor((read) => read > 0)
    await held
    // SIGTERM saves the checkpoints, and the next start continues from them.
    const stopped = server.stop()
    await proxy.release()
    expect(await stopped).toBe(0)
    let { read } = (await waitFor(() => true)).counts
    expect(read).toBeGreaterThanOrEqual(before.counts.read)
    expect(read).toBeLessThan(rows)
    for (let kill = 0; kill < kills; kill++) {
      held = holdBulk()
      server = await startServer()
      // Each process makes progress before it dies, while a request of it is in flight.
      const task = await waitFor((now) => now > read)
      await held
      await server.kill()
      expect(task).toMatchObject({ status: 'running', phase: 'loading' })
      const { counts, phase } = await waitFor(() => true)
      expect(phase).toBe('loading')
      expect(counts.read).toBeGreaterThanOrEqual(task.counts.read)
      expect(counts.read).toBe(
        counts.indexed + counts.dropped.deleted + counts.dropped.removed_from_source + counts.failed,
      )
      read = counts.read
      // The request arrives after the end of its process.
      await proxy.release()
    }
    expect(read).toBeLessThan(rows)
    server = await startServer()
    const task = await server.waitForEnd(taskId)
    expect(task).toMatchObject({ status: 'succeeded', error: null, progress: 100 })
    const { documents, dropped } = await expectIndexToEqualDatabase(
      harness,
      'image',
      `image-${harness.suffix}`,
    )
    expect(task.counts).toEqual({ planned: rows, read: rows, indexed: documents.size, dropped, failed: 0 })
    expect(await server.stop()).toBe(0)
  },
)
