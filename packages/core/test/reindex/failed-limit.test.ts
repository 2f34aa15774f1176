import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { maxFailedDocuments, runTask, submitTask } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    settings: { rowsPerItem: 2_000 },
  })
})
afterEach(() => harness.close())

const rows = 14_000
const refused = '[{"name": "a", "accuracy": "high"}]'

test('a task with more failed documents than are stored fails immediately, and its retry loses none', async () => {
  const { context, sql } = harness
  await sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    select id, gen_random_uuid(), 'title', 'https://example.org/' || id, '{}',
      ${refused}::text::jsonb, false from generate_series(1, ${rows}) id`
  const { id } = await submitTask(context, {
    model: 'image',
    action: 'REINDEX',
    index_suffix: harness.suffix,
    max_failed: maxFailedDocuments,
  })
  // Several workers fill it together.
  await Promise.all(Array.from({ length: 3 }, () => runTask(context, id)))
  const failed = await context.store.get(id)
  expect(failed).toMatchObject({
    status: 'failed',
    phase: 'loading',
    error: { code: 'documents_failed', detail: expect.stringContaining('more than 10000') as string },
  })
  const kept = await context.store.countFailedDocuments(id)
  expect(kept).toBeLessThanOrEqual(maxFailedDocuments)
  expect(kept).toBeGreaterThan(maxFailedDocuments / 2)
  expect(failed?.counts).toMatchObject({ read: kept, indexed: 0, failed: kept })

  // Without repairs the retry finds them again, and the list is no longer than before.
  await context.store.retry(id)
  expect(await runToEnd(context, id)).toMatchObject({ status: 'failed', error: { code: 'documents_failed' } })
  expect(await context.store.countFailedDocuments(id)).toBeLessThanOrEqual(maxFailedDocuments)

  // As many remain as are allowed, some in the stored list and some that were never stored.
  await sql`update image set tags = '[]' where id % 7 <> 0`
  await context.store.retry(id)
  const retried = await runToEnd(context, id)
  const left = rows / 7
  expect(retried).toMatchObject({
    status: 'succeeded',
    counts: { read: rows, indexed: rows - left, failed: left },
    documents: rows - left,
  })
  expect(await context.store.countFailedDocuments(id)).toBe(left)

  await sql`update image set tags = '[]'`
  await context.store.redrive(id)
  expect(await runToEnd(context, id)).toMatchObject({ counts: { read: rows, indexed: rows, failed: 0 } })
  await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
})
