import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { runTask, type TaskRecord } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
let index: string
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  index = `image-${harness.suffix}`
})
afterEach(() => harness.close())

/** An index that was finished with three rows that OpenSearch refused. */
async function finishWithFailures(): Promise<TaskRecord> {
  await loadImages(harness, 200)
  await harness.sql`update image set removed_from_source = false, tags = '[{"name": {"not": "text"}}]' where id in (3, 4, 5)`
  const task = await harness.reindex({ max_failed: 5 })
  expect(task).toMatchObject({ status: 'succeeded', counts: { failed: 3 } })
  return task
}

const uuidOf = async () => (await harness.search.indices.get({ index })).body[index]?.settings?.['index']

test('a redrive writes the failed rows into the finished index, which accepts writes meanwhile', async () => {
  const task = await finishWithFailures()
  const before = await uuidOf()
  const uuid = String((before as { uuid?: unknown }).uuid)
  const record = await harness.context.store.getIndex(uuid)
  await harness.sql`update image set tags = '[]' where id = 3`
  await harness.sql`delete from image where id = 4`

  await harness.context.store.redrive(task.id)
  // Readers of the index continue to mark documents in it; it has no load settings.
  const marked = harness.search.update({ index, id: '7', body: { doc: { mature: true } } })
  const redriven = await runToEnd(harness.context, task.id)
  expect((await marked).statusCode).toBe(200)
  expect(redriven).toMatchObject({
    status: 'succeeded',
    attempt: 2,
    counts: { read: 199, indexed: task.counts.indexed + 1, failed: 1 },
    catchUp: { failed: 0 },
    documents: task.counts.indexed + 1,
    asOf: task.asOf,
    result: { redriven: 3, refused: 1 },
  })
  expect(await uuidOf()).toEqual(before)
  expect(await harness.context.store.failedDocuments(task.id, { limit: 10 })).toMatchObject([{ id: '5' }])
  expect(await harness.context.store.getIndex(uuid)).toMatchObject({
    documents: Number(record?.documents) + 1,
    asOf: task.asOf,
  })
  const { body } = await harness.search.get({ index, id: '3' })
  expect(body._source).toMatchObject({ id: 3 })
  expect((await harness.search.indices.getAlias({ index })).body[index]?.aliases).toEqual({})

  // The last row, after its repair.
  await harness.sql`update image set tags = '[]' where id = 5`
  await harness.context.store.redrive(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ result: { redriven: 1, refused: 0 } })
  await harness.search.update({ index, id: '7', body: { doc: { mature: false } }, refresh: true })
  await harness.sql`update image set removed_from_source = removed_from_source`
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a cancelled redrive leaves the index and its task unchanged', async () => {
  const task = await finishWithFailures()
  await harness.context.store.redrive(task.id)
  // Its first step was done, its rows were not written.
  const stopping = new AbortController()
  await runTask(
    { ...harness.context, store: { ...harness.context.store, claim: claimOnce(stopping) } },
    task.id,
    { signal: stopping.signal },
  )
  await harness.context.store.cancel(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'succeeded', error: null })
  expect((await harness.search.indices.getAlias({ index })).body[index]?.aliases).toEqual({})
  expect(await harness.context.store.countFailedDocuments(task.id)).toBe(3)
})

/** Claims as usual, and requests a stop after the first claim. */
function claimOnce(stopping: AbortController): Harness['context']['store']['claim'] {
  return (...args) => {
    stopping.abort()
    return harness.context.store.claim(...args)
  }
}

test('a redrive of a deleted index fails the task, and a retry does not build another index', async () => {
  const task = await finishWithFailures()
  await harness.search.indices.delete({ index })
  await harness.context.store.redrive(task.id)
  const failed = { status: 'failed', error: { code: 'index_replaced' } }
  expect(await runToEnd(harness.context, task.id)).toMatchObject(failed)
  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject(failed)
  expect((await harness.search.indices.exists({ index })).body).toBe(false)
})
