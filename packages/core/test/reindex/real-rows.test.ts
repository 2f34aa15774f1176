import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { audio, image } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { sampleDataDir } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('REINDEX of real rows into %s', (_, urlName) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await createHarness({
      postgresUrl: postgresUrl(),
      openSearchUrl: inject(urlName),
      models: [image, audio],
    })
    await loadSampleData(harness.databaseUrl, sampleDataDir)
    await harness.sql`insert into api_deletedimage (identifier, created_on, updated_on)
      select identifier, now(), now() from image where id % 97 = 0`
    await harness.sql`insert into api_matureimage (identifier, created_on) select identifier, now() from image where id % 89 = 0`
  })
  afterAll(() => harness.close())

  test.each(['image', 'audio'] as const)(
    'gives every %s its document, field by field, and counts the dropped rows',
    async (model) => {
      const task = await harness.reindex({ model })
      expect(task).toMatchObject({ status: 'succeeded', error: null, phase: 'done', waiting: null })
      const index = `${model}-${harness.suffix}`
      const { documents, dropped, read } = await expectIndexToEqualDatabase(harness, model, index)
      expect(task.counts).toEqual({ read, indexed: documents.size, dropped, failed: 0 })
      expect(read).toBe(model === 'image' ? 2_899 : 100)

      const { body } = await harness.search.indices.get({ index })
      expect(body[index]?.aliases).toEqual({})
      const settings = body[index]?.settings?.index as Record<string, unknown>
      expect(settings).not.toHaveProperty('refresh_interval')
      expect(settings).not.toHaveProperty('blocks')
      expect(settings).not.toHaveProperty('translog')
      expect(settings['number_of_replicas']).toBe('0')
      expect(await harness.context.store.getIndex(String(settings['uuid']))).toMatchObject({
        name: index,
        taskId: task.id,
        documents: documents.size,
        asOf: task.asOf,
      })
    },
  )
})
