import { pgTable, integer, boolean, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { defineModel, image, reindex, submitTask, type Action } from '../../src/index.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  readIndex,
  runToEnd,
  type Harness,
} from '../support/harness.ts'
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

const load = (count: number) => loadImages(harness, count)
const withActions = (actions: Action[]) => ({ ...harness.context, actions })

test('an empty table gives an empty, verified index', async () => {
  const task = await harness.reindex()
  expect(task).toMatchObject({ status: 'succeeded', counts: { read: 0, indexed: 0 }, planned: 0 })
  expect((await readIndex(harness.search, index)).size).toBe(0)
})

test('a missing table fails the task with its name, and a retry succeeds once the table exists', async () => {
  await harness.sql`alter table image rename to elsewhere`
  const task = await harness.reindex()
  expect(task).toMatchObject({ status: 'failed', error: { code: 'table_not_found' } })
  expect(task.error?.detail).toContain('image')
  await harness.sql`alter table elsewhere rename to image`
  await load(10)
  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'succeeded',
    attempt: 2,
    error: null,
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('an existing index is refused immediately, with the task that works on it, if any', async () => {
  await harness.reindex()
  await expect(harness.reindex()).rejects.toMatchObject({ code: 'index_exists' })
  const request = { model: 'image', action: 'REINDEX', index_suffix: `${harness.suffix}-b` } as const
  const first = await submitTask(harness.context, request)
  await expect(submitTask(harness.context, request)).rejects.toMatchObject({
    code: 'index_busy',
    details: { task_id: first.id, index: `image-${harness.suffix}-b` },
  })
})

test('an index that is created between the request and the plan fails the task and is left unchanged', async () => {
  const task = await submitTask(harness.context, {
    model: 'image',
    action: 'REINDEX',
    index_suffix: harness.suffix,
  })
  await harness.search.indices.create({ index })
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'index_exists' },
  })
  expect((await harness.search.indices.exists({ index })).body).toBe(true)
})

test('rows that OpenSearch refuses are listed with their reasons, all others are indexed, and a retry repairs them', async () => {
  await load(500)
  await harness.sql`update image set tags = '[{"name": "a", "accuracy": "high"}]', removed_from_source = false where id in (3, 77)`
  const task = await harness.reindex()
  expect(task).toMatchObject({
    status: 'failed',
    counts: { read: 500, failed: 2 },
    error: { code: 'documents_failed', failed: 2, max_failed: 0 },
  })
  expect(task.error?.detail).toContain('2 documents')
  const failed = await harness.context.store.failedDocuments(task.id, { limit: 10 })
  expect(failed.map(({ id }) => id)).toEqual(['3', '77'])
  expect(failed[0]?.reason).toContain('accuracy')
  expect(JSON.parse(failed[0]?.body ?? '')).toMatchObject({ id: 3 })
  expect((await readIndex(harness.search, index)).size).toBe(task.counts.indexed)

  await harness.sql`update image set tags = '[]' where id = 3`
  await harness.sql`delete from image where id = 77`
  await harness.context.store.retry(task.id)
  const retried = await runToEnd(harness.context, task.id)
  const indexed = task.counts.indexed + 1
  expect(retried).toMatchObject({
    status: 'succeeded',
    counts: { indexed, failed: 0 },
    catchUp: { failed: 0 },
    documents: indexed,
    error: null,
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a task with at most max_failed refused rows succeeds', async () => {
  await load(50)
  await harness.sql`update image set tags = '[{"name": {"not": "text"}}]', removed_from_source = false where id in (3, 4)`
  expect(await harness.reindex({ max_failed: 2 })).toMatchObject({
    status: 'succeeded',
    counts: { read: 50, failed: 2 },
  })
})

test('a table that is replaced during the load fails the task, and a retry starts over with the new table', async () => {
  await load(3_000)
  let swapped = false
  const swapping: Action = {
    ...reindex,
    phases: {
      ...reindex.phases,
      loading: {
        ...reindex.phases.loading!,
        work: async (context) => {
          const result = await reindex.phases.loading!.work!(context)
          if (!swapped) {
            swapped = true
            await harness.sql.begin(async (sql) => {
              await sql`create table image_new (like image including all)`
              await sql`insert into image_new select * from image where id <= 2500`
              await sql`alter table image rename to image_old`
              await sql`alter table image_new rename to image`
            })
          }
          return result
        },
      },
    },
  }
  const task = await submitTask(harness.context, {
    model: 'image',
    action: 'REINDEX',
    index_suffix: harness.suffix,
  })
  expect(await runToEnd(withActions([swapping]), task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'table_replaced' },
  })
  await harness.context.store.retry(task.id)
  const retried = await runToEnd(harness.context, task.id)
  const [table] = await harness.sql<{ rows: number }[]>`select count(*)::int as rows from image`
  expect(table?.rows).toBeLessThan(3_000)
  expect(retried).toMatchObject({ status: 'succeeded', counts: { read: table?.rows } })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('an index that is deleted during the task fails the task, and nothing creates it again', async () => {
  await load(3_000)
  const deleting: Action = {
    ...reindex,
    phases: {
      ...reindex.phases,
      loading: {
        ...reindex.phases.loading!,
        work: async (context) => {
          if (context.item.ordinal === 1) await harness.search.indices.delete({ index })
          return reindex.phases.loading!.work!(context)
        },
      },
    },
  }
  const task = await submitTask(harness.context, {
    model: 'image',
    action: 'REINDEX',
    index_suffix: harness.suffix,
  })
  expect(await runToEnd(withActions([deleting]), task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'index_replaced' },
  })
  expect((await harness.search.indices.exists({ index })).body).toBe(false)
  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'succeeded',
    counts: { read: 3_000 },
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a new model needs a definition only', async () => {
  const table = pgTable('video', {
    id: integer().primaryKey(),
    identifier: uuid().notNull(),
    updatedOn: timestamp('updated_on', { withTimezone: true }).notNull(),
    removedFromSource: boolean('removed_from_source').notNull(),
    title: text(),
  })
  const video = defineModel({
    name: 'video',
    table,
    copied: { title: table.title },
    properties: { title: { type: 'text' } },
  })
  await harness.sql.unsafe(`
    create table video (id int primary key, identifier uuid not null default gen_random_uuid(), updated_on timestamptz not null default now(), removed_from_source boolean not null default false, title text);
    create table api_deletedvideo (identifier uuid primary key, created_on timestamptz, updated_on timestamptz);
    create table api_maturevideo (identifier uuid primary key, created_on timestamptz);
    insert into video (id, title) select id, 'video ' || id from generate_series(1, 2500) id;
  `)
  await harness.allowModel(video.name)
  const context = { ...harness.context, models: [image, video] }
  const task = await submitTask(context, { model: 'video', action: 'REINDEX', index_suffix: harness.suffix })
  expect(await runToEnd(context, task.id)).toMatchObject({
    status: 'succeeded',
    counts: { read: 2_500, indexed: 2_500 },
  })
  const documents = await readIndex(harness.search, `video-${harness.suffix}`)
  expect(documents.get('2500')).toEqual({ id: 2_500, title: 'video 2500', mature: false })
})
