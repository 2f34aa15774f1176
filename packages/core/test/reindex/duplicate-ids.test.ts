import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { reindex } from '../../src/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, readIndex, type Harness } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { loadImages } from '../support/sample-data.ts'

// Only views and tables without a unique index have rows with the same id; one of them becomes the document.
let harness: Harness
beforeEach(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
  await loadImages(harness, 60)
  await harness.sql`update image set removed_from_source = false`
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create table twice (id bigint)`
  await harness.sql`create view image as select image_rows.* from image_rows left join twice using (id)`
  await harness.sql`insert into twice select id from image_rows, generate_series(1, 3) where id % 3 = 0`
})
afterEach(() => harness.close())

async function expectOneDocumentPerId() {
  const rows = await harness.sql<{ id: string }[]>`select distinct id::text from image`
  const documents = await readIndex(harness.search, `image-${harness.suffix}`)
  expect([...documents.keys()].sort()).toEqual(rows.map(({ id }) => id).sort())
}

test.each(['ids', 'documents'] as const)(
  'rows with the same id become one document, and no other document is lost: %s',
  async (verify) => {
    expect(await harness.reindex({ verify })).toMatchObject({
      status: 'succeeded',
      error: null,
      result: { verification: { documents_repaired: 0 } },
    })
    await expectOneDocumentPerId()
  },
)

test('no document with a duplicate id is lost when others of its batch are written again', async () => {
  await harness.sql`insert into api_deletedimage (identifier) select identifier from image_rows`
  const task = await runReindex(
    harness,
    afterPhase('loading', () => harness.sql`delete from api_deletedimage`, reindex),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectOneDocumentPerId()
})
