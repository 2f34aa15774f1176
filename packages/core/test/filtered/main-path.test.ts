import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { sampleDataDir } from '../support/sample-data.ts'
import {
  createFilteredHarness,
  describeIndex,
  idsOf,
  idsWithout,
  runInSlices,
  type FilteredHarness,
} from './filtered-harness.ts'

const list = [
  '# comments and blank lines are not terms',
  '',
  'portrait',
  'FLOWER',
  'black and white',
  'long-exposure',
  'new york city',
  "  children's  ",
  'the',
  '日本',
  'no such words in any of them',
]

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('filtering real rows in %s', (_, urlName) => {
  let harness: FilteredHarness
  beforeAll(async () => {
    harness = await createFilteredHarness({ openSearchUrl: inject(urlName) })
    await loadSampleData(harness.databaseUrl, sampleDataDir)
    await harness.reindex()
    harness.terms.text = list.join('\r\n')
  })
  afterAll(() => harness.close())

  test('leaves exactly the documents without a sensitive term, and the source unchanged', async () => {
    const { search, source } = harness
    const before = await describeIndex(search, source)
    const task = await harness.filter()
    expect(task).toMatchObject({ status: 'succeeded', error: null, phase: 'done' })

    const target = `${source}-filtered`
    const left = await idsOf(search, target)
    const all = await idsOf(search, source)
    expect(left).toEqual(await idsWithout(search, source, list.slice(2)))
    expect(left.length).toBeGreaterThan(100)
    expect(left.length).toBeLessThan(all.length - 100)
    expect(task).toMatchObject({
      planned: all.length,
      counts: {
        read: all.length,
        indexed: left.length,
        dropped: { deleted: 0, removed_from_source: 0, sensitive: all.length - left.length },
        failed: 0,
      },
      catchUp: { indexed: 0, deleted: 0, failed: 0 },
      documents: left.length,
    })
    expect(await describeIndex(search, source)).toEqual(before)
  })

  test('gives the same result in time slices of a few milliseconds', async () => {
    const { search, source, context } = harness
    const { id } = await harness.submit('slices')
    expect(await runInSlices(context, id, 5)).toMatchObject({ status: 'succeeded', error: null })
    expect(await idsOf(search, `${source}-slices-filtered`)).toEqual(
      await idsWithout(search, source, list.slice(2)),
    )
  })

  test('makes an index that is searched like one that REINDEX built, and records its lineage', async () => {
    const { search, source, context } = harness
    const target = `${source}-filtered`
    const built = await describeIndex(search, target)
    expect(built).toMatchObject({ isBlocked: false, aliases: [] })
    expect(built?.settings).not.toHaveProperty('refresh_interval')
    expect(built?.settings).not.toHaveProperty('translog')
    expect(built?.settings).not.toHaveProperty('merge')
    expect(built?.settings['number_of_replicas']).toBe('0')

    const origin = await describeIndex(search, source)
    const sourceRecord = await context.store.getIndex(String(origin?.uuid))
    const record = await context.store.getIndex(String(built?.uuid))
    expect(record).toMatchObject({
      name: target,
      documents: (await idsOf(search, target)).length,
      asOf: sourceRecord?.asOf,
      filteredFrom: origin?.uuid,
      termsHash: expect.stringMatching(/^[\da-f]{64}$/) as string,
    })
    expect(sourceRecord).toMatchObject({ filteredFrom: null, termsHash: null })
    expect(built?.meta).toEqual({ task_id: record?.taskId, filtered_from: origin?.uuid })
    expect((await search.indices.getMapping({ index: target })).body[target]?.mappings.properties).toEqual(
      (await search.indices.getMapping({ index: source })).body[source]?.mappings.properties,
    )
  })
})
