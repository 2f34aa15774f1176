import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('through HTTP into %s', (_, urlName) => {
  let harness: Harness
  let server: ServerProcess
  beforeAll(async () => {
    harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject(urlName) })
    await loadSampleData(harness.databaseUrl, sampleDataDir)
    await harness.sql`insert into api_deletedimage (identifier) select identifier from image where id % 101 = 0`
    await harness.sql`insert into api_matureimage (identifier) select identifier from image where id % 103 = 0`
    server = await startServerProcess({ DATABASE_URL: harness.databaseUrl, OPENSEARCH_URL: inject(urlName) })
  })
  afterAll(async () => {
    expect(await server.stop()).toBe(0)
    await harness.close()
  })

  test.each([
    ['image', 2_899],
    ['audio', 100],
  ] as const)(
    'every real %s becomes its document, and dropped rows are counted by reason',
    async (model, rows) => {
      const { task_id: taskId } = await server.submit({
        model,
        action: 'REINDEX',
        index_suffix: harness.suffix,
      })
      const task = await server.waitForEnd(taskId)
      expect(task).toMatchObject({ status: 'succeeded', error: null, progress: 100, phase: 'done' })
      const { documents, dropped } = await expectIndexToEqualDatabase(
        harness,
        model,
        `${model}-${harness.suffix}`,
      )
      expect(task.counts).toEqual({ planned: rows, read: rows, indexed: documents.size, dropped, failed: 0 })
      if (model === 'image') expect(dropped.deleted).toBeGreaterThan(20)
    },
  )

  test('an existing index is refused with 409 and its name', async () => {
    const response = await fetch(`${server.baseUrl}/task`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'image', action: 'REINDEX', index_suffix: harness.suffix }),
    })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'index_exists', index: `image-${harness.suffix}` })
  })
})
