import { errors } from '@opensearch-project/opensearch'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createFilteredIndex, reindex, submitTask } from '../../src/index.ts'
import { readIdRange } from '../../src/search/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'

/** The smallest and largest ids of a bigint column, and ids that are equal as doubles. */
const largest = '9223372036854775807'
const smallest = '-9223372036854775808'
const largeIds = [
  largest,
  '9223372036854775806',
  smallest,
  '-9223372036854775807',
  '-5000000001',
  '9007199254740993',
]

let harness: Harness
let index: string
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    actions: [reindex, createFilteredIndex],
  })
  index = `image-${harness.suffix}`
  await loadImages(harness, 2_000)
  await harness.sql`alter table image alter id type bigint`
})
afterEach(() => harness.close())

async function insertImages(ids: readonly string[]) {
  for (const id of ids) {
    await harness.sql`insert into image select * from jsonb_populate_record(null::image, (
      select to_jsonb(image) || jsonb_build_object('id', ${id}::text::bigint, 'identifier', gen_random_uuid(), 'removed_from_source', false)
      from image where not exists (select 1 from api_deletedimage d where d.identifier = image.identifier)
      order by id limit 1))`
  }
}

test('ids at both ends of 64 bits are loaded, caught up, verified and repaired exactly', async () => {
  await insertImages(largeIds)
  const task = await runReindex(
    harness,
    afterPhase('catching_up', async () => {
      // Changes in the digits that a double loses.
      const body = [
        { delete: { _id: largest } },
        { delete: { _id: smallest } },
        { index: { _id: '9223372036854775805' } },
        '{"id":9223372036854775805,"mature":false}',
        { index: { _id: '9007199254740992' } },
        '{"id":9007199254740992,"mature":false}',
        { index: { _id: '99999999999999999999' } },
        '{"title":"under a key that is not an id"}',
      ]
      const { body: result } = await harness.search.bulk({ index, body: body as object[] })
      expect(result.errors).toBe(false)
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
  expect(await readIdRange(harness.search, index)).toEqual({ min: BigInt(smallest), max: BigInt(largest) })
})

test('a row with a large id that is marked mature without a change keeps its document', async () => {
  await insertImages(['-5000000001'])
  const task = await runReindex(
    harness,
    afterPhase('loading', async () => {
      await harness.sql`insert into api_matureimage (identifier, created_on)
        select identifier, now() - interval '3 hours' from image where id = -5000000001`
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
  const { body } = await harness.search.get({ index, id: '-5000000001' })
  expect(body._source).toMatchObject({ mature: true })
})

test('a refused row with a large id is a failed document under that id, and is indexed after its repair', async () => {
  await insertImages(largeIds)
  await harness.sql`update image set tags = '[{"name": {"not": "text"}}]' where id in (${largest}::bigint, ${smallest}::bigint)`
  const failed = await harness.reindex({ max_failed: 2 })
  expect(failed).toMatchObject({ status: 'succeeded' })
  const documents = await harness.context.store.failedDocuments(failed.id, { limit: 10 })
  expect(documents.map(({ id }) => id).sort()).toEqual([smallest, largest].sort())

  await harness.sql`update image set tags = '[]' where id in (${largest}::bigint, ${smallest}::bigint)`
  await harness.context.store.redrive(failed.id)
  expect(await runToEnd(harness.context, failed.id)).toMatchObject({
    status: 'succeeded',
    result: { redriven: 2, refused: 0 },
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('items show their ids as numbers, and as text where a number would not be exact', async () => {
  await insertImages(largeIds)
  const task = await harness.reindex()
  const { items } = await harness.context.store.items(task.id, { pageSize: 100 })
  const last = items.findLast(({ phase }) => phase === 'loading')
  expect(last).toMatchObject({ range: { end: largest }, doneUpTo: largest })

  await harness.sql`delete from image where id = any (string_to_array(${largeIds.join(',')}, ',')::bigint[])`
  const { id } = await submitTask(harness.context, {
    model: 'image',
    action: 'REINDEX',
    index_suffix: `${harness.suffix}b`,
  })
  await runToEnd(harness.context, id)
  const small = await harness.context.store.items(id, { pageSize: 100 })
  const [bounds] = await harness.sql<{ max: number }[]>`select max(id)::int from image`
  expect(small.items.findLast(({ phase }) => phase === 'loading')).toMatchObject({
    range: { end: bounds?.max },
    doneUpTo: bounds?.max,
  })
})

test('a filtered copy without clone has every id', async () => {
  await insertImages(largeIds)
  await harness.reindex()
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call === 'indices.clone') throw cloneRefusal
    return proceed()
  })
  const context = { ...harness.context, search, readSensitiveTerms: async () => 'nothing-says-this' }
  const { id } = await submitTask(context, {
    model: 'image',
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    origin_index_suffix: harness.suffix,
    destination_index_suffix: harness.suffix,
  })
  const task = await runToEnd(context, id)
  expect(task).toMatchObject({ status: 'succeeded', error: null, result: { deleted: 0 } })
  await expectIndexToEqualDatabase(harness, 'image', task.index)
})

const cloneRefusal = new errors.ResponseError({
  statusCode: 400,
  headers: {},
  warnings: null,
  body: { error: { type: 'illegal_argument_exception', reason: 'not here' } },
  meta: {} as never,
})
