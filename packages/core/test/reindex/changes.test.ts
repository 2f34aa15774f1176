import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { reindex, type Action } from '../../src/index.ts'
import type { Json } from '../../src/tasks/index.ts'
import { readExpectedDocuments } from '../expected-documents.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { startCatalogWriter } from '../support/catalog-writer.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  expectSameDocuments,
  readIndex,
  type Harness,
} from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { toSortable } from '../support/sortable-time.ts'
import { until } from '../support/until.ts'

let harness: Harness
let index: string
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  index = `image-${harness.suffix}`
  await loadImages(harness, 8_000)
})
afterEach(() => harness.close())

test('changes during the load are in the finished index, including late transactions with lower ids', async () => {
  // Opened before the plan, with ids below all others; committed when the load is far beyond them.
  const late = await harness.sql.reserve()
  await late`begin`
  await late`insert into image select * from jsonb_populate_recordset(null::image, (
    select jsonb_agg(to_jsonb(image) || jsonb_build_object('id', -id, 'identifier', gen_random_uuid(), 'updated_on', now()))
    from image where id <= 50))`
  const writer = startCatalogWriter(harness.sql)

  const search = interceptCalls(harness.context.search, async (call, proceed) => {
    if (call === 'bulk') await until('changes during the load', () => writer.changes().length > 20)
    return proceed()
  })
  const task = await runReindex(
    { ...harness, context: { ...harness.context, search } },
    afterPhase('loading', async () => {
      await writer.stop()
      await late`commit`
      late.release()
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(task.catchUp.indexed).toBeGreaterThan(0)
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('during continuous changes, the index has every change committed before as_of, and no partial one after it', async () => {
  const writer = startCatalogWriter(harness.sql)
  const task = await runReindex(harness, reindex)
  await writer.stop()
  expect(task).toMatchObject({ status: 'succeeded', error: null })

  const asOf = toSortable(String(task.asOf))
  const isLater = ({ committedAt }: { committedAt: string }) => toSortable(committedAt) >= asOf
  const later = new Set(writer.changes().flatMap((change) => (isLater(change) ? [change.id] : [])))
  const { documents } = await readExpectedDocuments(harness.sql, 'image')
  const found = await readIndex(harness.search, index)
  const settled = <Value>(all: ReadonlyMap<string, Value>) =>
    new Map([...all].filter(([id]) => !later.has(Number(id))))
  expectSameDocuments(settled(found), settled(documents))
  expect(writer.changes().length).toBeGreaterThan(later.size)

  // The state at as_of of what changed afterwards, or any later state.
  for (const id of later) {
    const document = found.get(String(id)) as { title?: string } | undefined
    const titles = writer.changes().filter((change) => change.id === id)
    const earlier = titles.filter((change) => !isLater(change)).at(-1)
    const allowed = [...titles.filter(isLater), ...(earlier ? [earlier] : [])]
    const touchedOnlyLater = earlier === undefined
    if (document === undefined)
      expect(touchedOnlyLater || allowed.some(({ title }) => title === null)).toBe(true)
    else expect(touchedOnlyLater || allowed.some(({ title }) => title === (document.title ?? ''))).toBe(true)
  }
})

test('the verification finds and repairs documents that were removed, added or changed in the index', async () => {
  const { documents } = await readExpectedDocuments(harness.sql, 'image')
  const [gone, alsoGone, marked] = [...documents.keys()]
  const task = await runReindex(
    harness,
    afterPhase('catching_up', async () => {
      const body = [
        { delete: { _id: gone } },
        { delete: { _id: alsoGone } },
        { update: { _id: marked } },
        { doc: { mature: true } },
        { index: { _id: '900000000' } },
        { id: 900_000_000, title: 'beyond the largest id', mature: false },
        { index: { _id: '-5' } },
        { id: -5, title: 'below the smallest id', mature: false },
        { index: { _id: 'odd' } },
        { id: 1_000, title: 'under a key that is not its id', mature: false },
        { index: { _id: 'no-id' } },
        { title: 'without an id' },
      ]
      const { body: result } = await harness.search.bulk({ index, body })
      expect(result.errors).toBe(false)
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
  expect(await harness.context.store.getIndex(String(task.state['indexUuid']))).toMatchObject({
    documents: documents.size,
  })
})

test('an index that still differs after three rounds fails the task with the ids, and is not recorded as verified', async () => {
  const mending = reindex.phases.mending!
  const neverMending: Action = {
    ...afterPhase('catching_up', async () => {
      await harness.search.delete({ index, id: '17' }).catch(() => undefined)
      await harness.sql`update image set removed_from_source = false where id = 17`
    }),
  }
  neverMending.phases = {
    ...neverMending.phases,
    mending: {
      ...mending,
      work: async (context) => ({
        kind: 'done',
        result: {
          part: (context.item.payload as { part: Json }).part,
          mended: [{ key: '17', state: 'present' }],
        },
      }),
    },
  }
  const task = await runReindex(harness, neverMending)
  expect(task).toMatchObject({ status: 'failed', error: { code: 'verification_failed', ids: ['17'] } })
  expect(await harness.context.store.getIndex(String(task.state['indexUuid']))).toBe(null)
})
