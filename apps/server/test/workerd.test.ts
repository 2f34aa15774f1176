import { resolve } from 'node:path'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startWorker, type WorkerProcess } from '../../../packages/core/test/runtime/start-worker.ts'
import type { SuiteOptions } from '../../../packages/core/test/runtime/suite.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '../../../packages/core/test/support/harness.ts'
import { sampleDataDir } from '../../../packages/core/test/support/sample-data.ts'

let harness: Harness
let worker: WorkerProcess
let prefix: string
beforeAll(async () => {
  const openSearchUrl = inject('openSearchUrl')
  harness = await createHarness({ postgresUrl: inject('postgresUrl'), openSearchUrl })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
  prefix = harness.suffix
  const { databaseUrl } = harness
  const options: SuiteOptions = { databaseUrl, openSearchUrl, prefix, terms: '', sliceMs: 500 }
  const entry = resolve(import.meta.dirname, 'support/app-worker.ts')
  worker = await startWorker(entry, { OPTIONS: options })
})
afterAll(async () => {
  await worker.stop()
  await harness.close()
})

test('the HTTP interface answers on workerd, and its task works in slices until it is done', async () => {
  expect((await worker.fetch('/livez')).status).toBe(200)

  const body = JSON.stringify({ model: `${prefix}image`, action: 'REINDEX', index_suffix: 'edge' })
  const headers = { 'Content-Type': 'application/json' }
  const scheduled = await worker.fetch('/task', { method: 'POST', headers, body })
  expect(scheduled.status).toBe(202)
  const path = String(scheduled.headers.get('Location'))
  expect(await scheduled.json()).toMatchObject({ task: { status: 'queued', active: true } })
  const again = await worker.fetch('/task', { method: 'POST', headers, body })
  expect(again.status).toBe(409)
  expect(await again.json()).toMatchObject({ code: 'index_busy' })

  let slices = 0
  for (let paused = true; paused; slices++) {
    const slice = await worker.fetch(path.replace('/task/', '/slice/'), { method: 'POST' })
    expect(slice.status).toBe(200)
    ;({ paused } = (await slice.json()) as { paused: boolean })
  }
  expect(slices).toBeGreaterThan(1)
  expect(await (await worker.fetch(path)).json()).toMatchObject({
    status: 'succeeded',
    progress: 100,
    error: null,
    counts: { read: 2_899 },
  })
  await expectIndexToEqualDatabase(harness, 'image', `${prefix}image-edge`)
})
