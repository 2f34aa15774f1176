import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { loadImages } from '@ingestion-server/core/testing/sample-data.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const rows = 50_000
const kills = 20

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadImages(harness, rows)
})
afterAll(() => harness.close())

const startServer = () =>
  startServerProcess({
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: inject('openSearchUrl'),
    LEASE_SECONDS: '1',
    POLL_INTERVAL_SECONDS: '1',
    ROWS_PER_ITEM: '5000',
    TARGET_BODY_LENGTH: '500000',
  })

test(
  `a task continues after SIGTERM and after each of ${kills} kills during the load, and the index is exact`,
  // More than twenty starts of the server, each of which waits for the lease of the previous one.
  { timeout: 400_000 },
  async () => {
    let server: ServerProcess = await startServer()
    const { task_id: taskId } = await server.submit({
      model: 'image',
      action: 'REINDEX',
      index_suffix: harness.suffix,
    })
    const before = await server.waitFor(taskId, ({ counts }) => counts.read > 0)
    // SIGTERM saves the checkpoints, and the next start continues from them.
    expect(await server.stop()).toBe(0)
    server = await startServer()
    const after = await server.waitFor(taskId, () => true)
    expect(after.counts.read).toBeGreaterThanOrEqual(before.counts.read)
    expect(after.counts.read).toBeLessThan(rows)
    let { read } = after.counts
    for (let kill = 0; kill < kills; kill++) {
      // At a random place in the next part: each process makes progress before it dies.
      const target = read + 1 + Math.floor(Math.random() * ((rows - read) / (kills - kill)))
      const task = await server.waitFor(taskId, ({ counts, active }) => counts.read >= target || !active)
      expect(task).toMatchObject({ active: true, phase: 'loading' })
      await server.kill()
      server = await startServer()
      const resumed = await server.waitFor(taskId, () => true)
      expect(resumed.counts.read).toBeGreaterThanOrEqual(task.counts.read)
      const { counts } = resumed
      expect(counts.read).toBe(
        counts.indexed + counts.dropped.deleted + counts.dropped.removed_from_source + counts.failed,
      )
      read = counts.read
    }
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
