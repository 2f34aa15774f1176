import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createFilteredIndex, image, planTask, reindex, submitTask } from '../../src/index.ts'
import { connectPostgres } from '../../src/database/index.ts'
import { estimateRows, readCatalogFacts, readRanges, type ClosedRange } from '../../src/rows/index.ts'
import { readIdBorders } from '../../src/search/index.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { setDefaults } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    actions: [reindex, createFilteredIndex],
  })
  await loadImages(harness, 2_965)
  await harness.sql`alter table image alter id type bigint`
})
afterEach(() => harness.close())

async function insertAt(...ids: string[]) {
  for (const id of ids) {
    await harness.sql`insert into image select * from jsonb_populate_record(null::image, (
      select to_jsonb(image) || jsonb_build_object('id', ${id}::text::bigint, 'identifier', gen_random_uuid())
      from image order by id limit 1))`
  }
}

/** Number of rows of each range; every row has to be in one. */
async function countRows(ranges: readonly ClosedRange[], rows: number): Promise<number[]> {
  const counts = await Promise.all(
    ranges.map(async ({ after, end }) => {
      const [row] = await harness.sql<{ rows: number }[]>`
        select count(*)::int as rows from image
        where id > coalesce(${after?.toString() ?? null}::text::numeric, -1e30) and id <= ${end.toString()}::text::bigint`
      return Number(row?.rows)
    }),
  )
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows)
  return counts
}

async function divide(rowsPerRange: number, walkedRows?: number) {
  const { db } = harness.context
  const { table } = await readCatalogFacts(db, image)
  const rows = await estimateRows(db, image)
  return readRanges(db, image, {
    oid: table.oid,
    rows,
    rowsPerRange,
    ...(walkedRows !== undefined && { walkedRows }),
  })
}

test('items have the requested number of rows in every phase, despite two ids far from all others', async () => {
  await insertAt('-2147483648', '2147483647')
  const task = await harness.reindex()
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  const { items } = await harness.context.store.items(task.id, { pageSize: 500 })
  for (const phase of ['loading', 'catching_up', 'verifying']) {
    const ranges = items.flatMap(({ phase: of, range }) => (of === phase && range ? [range] : []))
    const closed = ranges.map(({ after, end }) => ({
      after: after === null ? null : BigInt(after),
      end: BigInt(end),
    }))
    expect(Math.max(...(await countRows(closed, 2_967)))).toBeLessThanOrEqual(1_000)
  }
  await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
})

test('ids in two groups at both ends of 64 bits are divided by rows', async () => {
  await harness.sql`update image set id = 9223372036854775807 - id where id % 2 = 0`
  await insertAt('-9223372036854775808')
  const counts = await countRows(await divide(300), 2_966)
  expect(counts.length).toBe(10)
  expect(Math.max(...counts)).toBeLessThanOrEqual(300)
})

test('a table too large to be walked is divided by a sample of its pages', async () => {
  await insertAt('-9223372036854775808', '9223372036854775807')
  const counts = await countRows(await divide(300, 0), 2_967)
  // The sample of such a small table is the whole table.
  expect(Math.max(...counts)).toBeLessThanOrEqual(300)
})

test('partitions are divided as one table', async () => {
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create table image (like image_rows including defaults, primary key (id)) partition by hash (id)`
  for (const n of [0, 1]) {
    await harness.sql.unsafe(
      `create table image_${n} partition of image for values with (modulus 2, remainder ${n})`,
    )
  }
  await harness.sql`insert into image select * from image_rows`
  await insertAt('-9223372036854775808')
  for (const walked of [undefined, 0]) {
    expect(Math.max(...(await countRows(await divide(300, walked), 2_966)))).toBeLessThanOrEqual(300)
  }
})

test('a view is divided by rows, whatever its number of rows', async () => {
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create view image as select * from image_rows`
  await harness.sql`insert into image_rows select * from jsonb_populate_record(null::image_rows, (
    select to_jsonb(image_rows) || '{"id": -9223372036854775808, "identifier": "00000000-0000-4000-8000-000000000000"}'
    from image_rows order by id limit 1))`
  // In one statement, in four, and in one for each boundary.
  for (const walked of [undefined, 900, 0]) {
    const counts = await countRows(await divide(300, walked), 2_966)
    expect(counts.length).toBe(10)
    expect(Math.max(...counts)).toBeLessThanOrEqual(300)
  }
})

test("ranges have the same width if ids can't be read within the statement timeout of the role", async () => {
  await harness.sql`alter table image rename to image_rows`
  await harness.sql`create view image as select * from image_rows where pg_sleep(0.001)::text is not null`
  await setDefaults(postgresUrl(), harness.databaseUrl, { statement_timeout: '1s' })
  const hurried = connectPostgres(harness.databaseUrl)
  const ranges = await readRanges(hurried.db, image, { oid: 0, rows: 2_965, rowsPerRange: 300 })
  await hurried.close()
  await harness.sql`create or replace view image as select * from image_rows`
  await countRows(ranges, 2_965)
  expect(ranges.length).toBe(10)
})

test('a table with one row and an empty table are divided too', async () => {
  await harness.sql`delete from image where id > (select min(id) from image)`
  expect(await divide(10)).toHaveLength(1)
  await harness.sql`delete from image`
  expect(await divide(10)).toEqual([])
})

test('range boundaries of an index lie between its documents, for any ids', async () => {
  await insertAt('-9223372036854775808', '9223372036854775807')
  await harness.reindex()
  const index = `image-${harness.suffix}`
  const borders = await readIdBorders(harness.search, index, 10)
  const { body } = await harness.search.count({ index })
  const counts = await Promise.all(
    [...borders, 2n ** 63n - 1n].map(async (end, position, ends) => {
      const range = { ...(position > 0 && { gt: String(ends[position - 1]) }), lte: String(end) }
      return (await harness.search.count({ index, body: { query: { range: { id: range } } } })).body.count
    }),
  )
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(body.count)
  expect(Math.max(...counts)).toBeLessThan(body.count / 5)
})

test('a dry run warns about too many rows for items of the requested size', async () => {
  const settings = { ...harness.context.settings, rowsPerItem: 0.1 }
  const plan = await planTask(
    { ...harness.context, settings },
    { model: 'image', action: 'REINDEX', index_suffix: harness.suffix },
  )
  expect(plan.warnings).toEqual([expect.stringContaining('a task has at most 20000 items')])
  expect(plan.catch_up_by).toBe('transaction_id')
  expect(
    await submitTask(harness.context, { model: 'image', action: 'REINDEX', index_suffix: harness.suffix }),
  ).toMatchObject({ status: 'queued' })
})
