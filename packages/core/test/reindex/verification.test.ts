import { startOpenSearch } from '@ingestion-server/local-services'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { connectOpenSearch, submitTask } from '../../src/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
let index: string
/** Keys of documents that are not mature, ascending. */
let keys: string[]
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  index = `image-${harness.suffix}`
  await loadImages(harness, 3_000)
  const rows = await harness.sql<{ id: string }[]>`select id::text from image
    where not removed_from_source and meta_data ->> 'mature' is distinct from 'true'
      and identifier not in (select identifier from api_deletedimage union all select identifier from api_matureimage)
    order by image.id`
  keys = rows.map(({ id }) => id)
})
afterEach(() => harness.close())

/** Changes the loaded index without the task, and lets the task continue. */
async function tamper(change: () => Promise<object[]>) {
  return runReindex(
    harness,
    afterPhase('catching_up', async () => {
      await harness.search.indices.refresh({ index })
      const { body } = await harness.search.bulk({ index, refresh: true, body: await change() })
      expect(body.errors).toBe(false)
    }),
  )
}

async function readSource(key: string) {
  const { body } = await harness.search.get({ index, id: key })
  return body._source as Record<string, unknown>
}

async function expectRepaired(change: () => Promise<object[]>) {
  const task = await tamper(change)
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
}

/** `count` consecutive keys from a position on, with consecutive ids. */
function neighbours(count: number, from = 0): string[] {
  const start = keys.findIndex(
    (key, position) => position >= from && Number(keys[position + count - 1]) === Number(key) + count - 1,
  )
  return keys.slice(start, start + count)
}

test('ids with the same count and sum, and with the same sum of squares, are distinguished', async () => {
  // 0, 4, 5 and 1, 2, 6 from some id on: the first three are deleted, the others are duplicated.
  const group = neighbours(7)
  await expectRepaired(async () => [
    ...[0, 4, 5].map((offset) => ({ delete: { _id: group[offset] } })),
    ...[1, 2, 6].flatMap((offset) => [
      { index: { _id: `${group[offset]}-again` } },
      { id: Number(group[offset]), mature: false },
    ]),
  ])
})

test('two rows with swapped maturity, and three that keep the sum of ids, are found', async () => {
  const [mature] = await harness.sql<{ id: string }[]>`insert into api_matureimage (identifier, created_on)
    select identifier, now() from image where id = ${String(keys[700])} returning ${String(keys[700])}::text as id`
  await expectRepaired(async () => [
    { update: { _id: mature?.id } },
    { doc: { mature: false } },
    { update: { _id: keys[701] } },
    { doc: { mature: true } },
  ])
})

test('a document under a wrong key is found, and so is one under the key of another row', async () => {
  await expectRepaired(async () => {
    const [alone, left, right] = [keys[20], keys[30], keys[31]] as [string, string, string]
    const [sourceOfAlone, sourceOfLeft, sourceOfRight] = await Promise.all(
      [alone, left, right].map(readSource),
    )
    return [
      { delete: { _id: alone } },
      { index: { _id: `foreign-${alone}` } },
      sourceOfAlone as object,
      // Two documents with swapped keys: counts, sums and keys are all as expected.
      { index: { _id: left } },
      sourceOfRight as object,
      { index: { _id: right } },
      sourceOfLeft as object,
    ]
  })
})

test('a row under two keys, and a document with the ids of two rows, are found', async () => {
  await expectRepaired(async () => {
    const [twice, two, other] = [keys[40], keys[50], keys[51]] as [string, string, string]
    return [
      { index: { _id: `copy-${twice}` } },
      await readSource(twice),
      { delete: { _id: other } },
      { index: { _id: two } },
      { ...(await readSource(two)), id: [Number(two), Number(other)] },
    ]
  })
})

test('keys are read from the start when the item was returned and OpenSearch has dropped the scan', async () => {
  const foreign = String(keys[60])
  let pauses = 0
  const action = afterPhase('catching_up', async () => {
    await harness.search.indices.refresh({ index })
    const source = await readSource(foreign)
    await harness.search.delete({ index, id: foreign })
    await harness.search.index({ index, id: 'elsewhere', body: source })
  })
  const verifying = action.phases.verifying
  const task = await runReindex(harness, {
    ...action,
    phases: {
      ...action.phases,
      verifying: {
        next: verifying!.next,
        work: async (context) => {
          return verifying!.work!({
            ...context,
            isPausing: () => pauses < 4,
            async save(progress) {
              await context.save(progress)
              const saved = progress.checkpoint as { scrollId: string } | null
              if (saved && ++pauses === 2)
                await harness.search.clearScroll({ body: { scroll_id: [saved.scrollId] } })
            },
          })
        },
      },
    },
  })
  expect(pauses).toBeGreaterThan(2)
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

describe('on a cluster without scripts', () => {
  test('the documents are read instead, and the same differences are found', async () => {
    const openSearch = await startOpenSearch({
      heapMb: 512,
      startsFast: true,
      settings: { 'script.allowed_types': 'none' },
    })
    const search = connectOpenSearch(openSearch.url)
    const shared = harness.search
    try {
      harness = { ...harness, search, context: { ...harness.context, search } }
      const script = { script_fields: { one: { script: { source: '1' } } } }
      const group = neighbours(7)
      await expectRepaired(async () => {
        await expect(search.search({ index, body: script })).rejects.toThrow('inline')
        return [
          ...[0, 4, 5].map((offset) => ({ delete: { _id: group[offset] } })),
          ...[1, 2, 6].flatMap((offset) => [
            { index: { _id: `${group[offset]}-again` } },
            { id: Number(group[offset]), mature: false },
          ]),
          { update: { _id: keys[701] } },
          // An update by a document needs no script.
          { doc: { mature: true } },
        ]
      })
    } finally {
      harness = { ...harness, search: shared, context: { ...harness.context, search: shared } }
      await search.close()
      await openSearch.stop()
    }
  })
})

test.each(['ids', 'documents'] as const)(
  'a second document of a key, which no repair reaches, fails the task: %s',
  async (verify) => {
    const { context, search, suffix } = harness
    const [key] = keys
    const plant = afterPhase('catching_up', async () => {
      for (const routing of ['x1', 'x2', 'x3', 'x4', 'x5', 'x6']) {
        await search.index({ index, id: String(key), routing, body: { id: Number(key), mature: false } })
      }
    })
    const settings = { ...context.settings, shards: 3 }
    const run = { ...context, settings, actions: [plant] }
    const request = { model: 'image', action: 'REINDEX', index_suffix: suffix, verify } as const
    const task = await runToEnd(run, (await submitTask(run, request)).id)
    expect(task).toMatchObject({ status: 'failed', error: { code: 'verification_failed' } })
  },
)

describe('the counts of dropped rows', () => {
  const firstRows = (count: number) => harness.sql`(select identifier from image order by id limit ${count})`

  test('are those of the end if marks were removed during the load', async () => {
    await harness.sql`update image set removed_from_source = false`
    await harness.sql`insert into api_deletedimage (identifier) ${firstRows(10)}`
    const task = await runReindex(
      harness,
      afterPhase('loading', () => harness.sql`delete from api_deletedimage`),
    )
    expect(task).toMatchObject({
      status: 'succeeded',
      counts: { read: 3_000, indexed: 3_000, dropped: { deleted: 0, removed_from_source: 0 } },
    })
  })

  test('are those of the end if such rows were deleted during the load', async () => {
    await harness.sql`update image set removed_from_source = id % 2 = 0`
    const [row] = await harness.sql<
      { left: number }[]
    >`select count(*)::int as left from image where id % 2 = 1`
    const task = await runReindex(
      harness,
      afterPhase('loading', () => harness.sql`delete from image where id % 2 = 0`),
    )
    expect(task).toMatchObject({
      status: 'succeeded',
      counts: { read: row?.left, indexed: row?.left, dropped: { deleted: 0, removed_from_source: 0 } },
    })
  })
})
