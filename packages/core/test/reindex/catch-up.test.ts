import { sql as fragment } from 'drizzle-orm'
import { integer, pgTable, text, timestamp, type PgColumn } from 'drizzle-orm/pg-core'
import type postgres from 'postgres'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { defineModel, image, reindex, type Action, type Model } from '../../src/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { settle } from '../support/settle.ts'
import { postgresUrl } from '../support/postgres-url.ts'

/** Enough for many items, few enough to be written anew for each test. */
const rows = 1_200
let harness: Harness
let index: string
let sql: postgres.Sql
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  sql = harness.sql
  index = `image-${harness.suffix}`
  await loadImages(harness, rows)
  await sql`update image set removed_from_source = false`
  await sql`delete from api_deletedimage`
  await sql`delete from api_matureimage`
  await sql`update image set meta_data = '{}' where id <= 800`
  await settle(sql)
})
afterEach(() => harness.close())

/** Runs a REINDEX with changes after the load, and expects them in the index. */
async function expectFound(happens: () => Promise<unknown>, action: Action = reindex) {
  const happensAndSettles = async () => {
    await happens()
    await settle(sql)
  }
  const task = await runReindex(harness, afterPhase('loading', happensAndSettles, action))
  expect(task).toMatchObject({
    status: 'succeeded',
    error: null,
    result: { catch_up_by: 'transaction_id' },
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
  return task
}

/** Rows written by the catch-up, not by the repairs after it. */
async function caughtUp(taskId: string) {
  const { items } = await harness.context.store.items(taskId, { pageSize: 500 })
  return items.some(({ phase }) => phase === 'mending')
}

test('a row that changes without its change column is written again, and few other rows are', async () => {
  const task = await expectFound(
    () => sql`update image set title = 'changed unseen' where id in (10, 20, 30)`,
  )
  expect(task.catchUp).toEqual({ indexed: 3, deleted: 0, failed: 0 })
})

test('the catch-up finds rows of a transaction that was open before the plan and commits after it', async () => {
  const open = await sql.reserve()
  await open`begin`
  await open`update image set title = 'committed late' where id = 11`
  await open`insert into api_deletedimage (identifier, created_on) select identifier, '2001-01-01' from image where id = 12`
  await open`insert into api_matureimage (identifier, created_on) select identifier, '2001-01-01' from image where id = 13`
  const task = await expectFound(async () => {
    await open`commit`
    open.release()
  })
  expect(task.catchUp).toEqual({ indexed: 2, deleted: 1, failed: 0 })
})

test('the catch-up finds rows of subtransactions, and one that is deleted and inserted again', async () => {
  const task = await expectFound(() =>
    sql.begin(async (transaction) => {
      await transaction.savepoint(
        (inner) => inner`update image set title = 'in a subtransaction' where id = 14`,
      )
      await transaction
        .savepoint(async (inner) => {
          await inner`update image set title = 'rolled back' where id = 15`
          throw new Error('roll back')
        })
        .catch(() => undefined)
      await transaction.savepoint(async (outer) => {
        await outer.savepoint((inner) => inner`delete from image where id = 16`)
        await outer`insert into image select * from jsonb_populate_record(null::image,
          (select to_jsonb(image) || '{"id": 16, "title": "inserted again"}' || jsonb_build_object('identifier', gen_random_uuid()) from image where id = 17))`
      })
    }),
  )
  expect(task.catchUp).toEqual({ indexed: 2, deleted: 0, failed: 0 })
})

test('VACUUM FREEZE and table rewrites hide no change', async () => {
  const task = await expectFound(async () => {
    await sql`update image set title = 'then frozen' where id in (18, 19)`
    await sql`vacuum (freeze) image`
    await sql`update image set title = 'then moved' where id = 20`
    await sql`vacuum full image`
    await sql`insert into api_matureimage (identifier, created_on) select identifier, '2001-01-01' from image where id = 21`
    await sql`vacuum (freeze) api_matureimage`
  })
  expect(task.catchUp).toEqual({ indexed: 4, deleted: 0, failed: 0 })
})

test('the catch-up finds the rows of a table that is truncated and filled again', async () => {
  await expectFound(() =>
    sql.begin(async (transaction) => {
      const [copied] = await transaction<{ rows: string }[]>`select json_agg(image)::text as rows from image`
      await transaction`truncate image`
      await transaction`insert into image select * from json_populate_recordset(null::image, ${String(copied?.rows)}::text::json)`
      await transaction`update image set title = 'copied' where id <= 5`
    }),
  )
})

test('the catch-up finds swapped maturity, removed marks and restored rows', async () => {
  await sql`insert into api_matureimage (identifier, created_on) select identifier, '2001-01-01' from image where id in (30, 31, 32)`
  await sql`insert into api_deletedimage (identifier, created_on) select identifier, '2001-01-01' from image where id in (40, 41)`
  await expectFound(async () => {
    // 30 and 33 swap.
    await sql`delete from api_matureimage where identifier = (select identifier from image where id = 30)`
    await sql`insert into api_matureimage (identifier, created_on) select identifier, '2001-01-01' from image where id = 33`
    // By an update of the mark itself.
    await sql`update api_matureimage set identifier = (select identifier from image where id = 34)
      where identifier = (select identifier from image where id = 31)`
    await sql`delete from api_matureimage where identifier = (select identifier from image where id = 32)`
    await sql`delete from api_deletedimage where identifier = (select identifier from image where id = 40)`
    // By new identifiers of the rows.
    await sql`update image set identifier = gen_random_uuid() where id = 41`
    // Another row under the same id.
    await sql`delete from image where id = 50`
    await sql`insert into image select * from jsonb_populate_record(null::image,
      (select to_jsonb(image) || '{"id": 50, "title": "another row"}' || jsonb_build_object('identifier', gen_random_uuid()) from image where id = 51))`
    // A row that moves to another id, below and above all others.
    await sql`update image set id = -7 where id = 52`
    await sql`update image set id = 50000000 where id = 53`
  })
})

test('a mark from another database causes all rows to be read again', async () => {
  const loaded: Action = afterPhase('planning', async () => undefined)
  const planning = loaded.phases.planning!
  const foreign: Action = {
    ...loaded,
    phases: {
      ...loaded.phases,
      planning: {
        next: async (...args) => {
          const next = await planning.next(...args)
          if (next.kind !== 'phase') return next
          const mark = next.state?.['planMark'] as object
          return { ...next, state: { ...next.state, planMark: { ...mark, systemIdentifier: 'another' } } }
        },
      },
    },
  }
  const task = await expectFound(async () => undefined, foreign)
  expect(task.catchUp.indexed).toBe(rows)
})

test('a database that is replaced during the verification has all its rows read again', async () => {
  const { verifying } = reindex.phases
  let failovers = 0
  const failsOver: Action = {
    ...reindex,
    phases: {
      ...reindex.phases,
      verifying: {
        ...verifying,
        next: (context, results) => {
          const { state } = context.task
          if (failovers++ > 0) return verifying!.next(context, results)
          const mark = { ...(state['mark'] as object), timeline: '00000000' }
          const planMark = { ...(state['planMark'] as object), timeline: '00000000' }
          const task = { ...context.task, state: { ...state, mark, planMark } }
          return verifying!.next({ ...context, task }, results)
        },
      },
    },
  }
  const task = await expectFound(async () => undefined, failsOver)
  expect(task.catchUp.indexed).toBe(rows)
})

test('a mark older than every row causes all rows to be read again', async () => {
  const { planning } = reindex.phases
  const old: Action = {
    ...reindex,
    phases: {
      ...reindex.phases,
      planning: {
        next: async (...args) => {
          const next = await planning!.next(...args)
          if (next.kind !== 'phase') return next
          const mark = next.state?.['planMark'] as object
          // The first possible transaction id.
          return { ...next, state: { ...next.state, planMark: { ...mark, xid: '3' } } }
        },
      },
    },
  }
  const task = await expectFound(async () => undefined, old)
  expect(task.catchUp.indexed).toBe(rows)
})

test('the mark of the last pass is recorded with the index, beside as_of', async () => {
  const [before] = await sql<{ xid: string; oid: number }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xid, 'image'::regclass::oid::int as oid`
  let changed = ''
  const task = await expectFound(async () => {
    await sql`update image set title = 'changed unseen' where id = 10`
    const [row] = await sql<{ xmin: string }[]>`select xmin::text from image where id = 10`
    changed = String(row?.xmin)
  })
  const record = await harness.context.store.getIndex(String(task.state['indexUuid']))
  const [database] = await sql<{ name: string; system: string }[]>`
    select current_database() as name, system_identifier::text as system from pg_control_system()`
  expect(record?.mark).toMatchObject({
    tableOid: before?.oid,
    database: database?.name,
    systemIdentifier: database?.system,
  })
  expect(BigInt(record?.mark?.xid ?? 0)).toBeGreaterThan(BigInt(changed))
  expect(record?.asOf).toBe(task.asOf)
})

const creator = pgTable('creator', {
  name: text('name').primaryKey(),
  born: integer('born'),
  changedOn: timestamp('changed_on', { withTimezone: true, mode: 'string' }),
})

test('the catch-up finds a change in a table that the model joins', async () => {
  await sql`create table creator (name text primary key, born integer, changed_on timestamptz)`
  await sql`insert into creator select distinct creator from image where creator is not null`
  const [most] = await sql<{ name: string; images: number }[]>`
    select creator as name, count(*)::int as images from image where creator is not null group by 1 order by 2 desc limit 1`
  await settle(sql)
  const table = image.table as Model['table'] & { creator: PgColumn }
  const model = defineModel({
    name: 'image',
    table,
    joined: [{ key: creator.name, column: table.creator, changedOn: creator.changedOn }],
    copied: {
      born: fragment`(select ${creator.born}::text from ${creator} where ${creator}.name = ${table}.creator)`,
    },
    properties: { born: { type: 'keyword' } },
  })
  const context = { ...harness.context, models: [model] }
  const task = await runReindex(
    { ...harness, context },
    afterPhase('loading', async () => {
      await sql`update creator set born = 1901 where name = ${String(most?.name)}`
      await settle(sql)
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null, catchUp: { indexed: most?.images } })
  const { body } = await harness.search.count({ index, body: { query: { term: { born: '1901' } } } })
  expect(body.count).toBe(most?.images)
})

test('for a view, only its change column shows changes, and the task warns about it', async () => {
  await sql`alter table image rename to image_rows`
  await sql`create view image as select * from image_rows`
  const task = await runReindex(
    harness,
    afterPhase('loading', async () => {
      await sql`update image_rows set title = 'seen', updated_on = now() where id = 10`
      await sql`update image_rows set title = 'unseen', updated_on = '2001-01-01' where id = 11`
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null, result: { catch_up_by: 'change_column' } })
  const { body } = await harness.search.mget({ index, body: { ids: ['10', '11'] } })
  expect(body.docs).toMatchObject([{ _source: { title: 'seen' } }, { found: true }])
  expect(body.docs).not.toMatchObject([{}, { _source: { title: 'unseen' } }])
})

test('for a view without a change column, changes are not found, and the task warns about it', async () => {
  await sql`alter table image rename to image_rows`
  const columns = await sql<{ name: string }[]>`
    select quote_ident(attname) as name from pg_attribute
    where attrelid = 'image_rows'::regclass and attnum > 0 and attname <> 'updated_on'`
  await sql.unsafe(`create view image as select ${columns.map(({ name }) => name).join()} from image_rows`)
  const task = await runReindex(
    harness,
    afterPhase('loading', () => sql`delete from image_rows where id = 10`),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null, result: { catch_up_by: 'none' } })
  expect((await harness.search.exists({ index, id: '10' })).body).toBe(false)
})

test.each([
  [
    'partitions by range',
    'partition by range (id)',
    (n: number) => `for values from (${n * 600}) to (${(n + 1) * 600})`,
  ],
  [
    'partitions by hash',
    'partition by hash (id)',
    (n: number) => `for values with (modulus 3, remainder ${n})`,
  ],
])('rows in %s are loaded, and caught up when they change', async (_, partitioned, values) => {
  await sql`alter table image rename to image_rows`
  await sql.unsafe(`create table image (like image_rows including defaults, primary key (id)) ${partitioned}`)
  for (const n of [0, 1, 2]) await sql.unsafe(`create table image_${n} partition of image ${values(n)}`)
  await sql`insert into image select * from image_rows where id < 1800`
  await expectFound(async () => {
    await sql`update image set title = 'changed unseen' where id in (10, 700, 1100)`
    await sql`update image set id = 1700 where id = 12`
  })
  expect(await caughtUp((await harness.context.store.list({ pageSize: 1 })).tasks[0]!.id)).toBe(true)
})

test('a row whose id is deleted before the catch-up and reused after it is written', async () => {
  const returns = afterPhase(
    'catching_up',
    () => sql`insert into image (id, title, tags, meta_data) values (10, 'another row', '[]', '{}')`,
  )
  await expectFound(() => sql`delete from image where id = 10`, returns)
})

test('rows that change after the catch-up are written as the verification reads them', async () => {
  const task = await runReindex(
    harness,
    afterPhase('catching_up', () => sql`update image set title = 'as of now' where id % 2 = 0`),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
})
