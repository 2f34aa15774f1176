import { sql as fragment } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { defineModel, image, reindex } from '../../src/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  readIndex,
  runToEnd,
  type Harness,
} from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { loadImages } from '../support/sample-data.ts'

// These exchanges change the read data without writing a row: no transaction id shows them.
let harness: Harness
beforeEach(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
  await loadImages(harness, 200)
})
afterEach(() => harness.close())

const change = (...statements: string[]) => harness.sql.unsafe(statements.join(';'))

/** Runs a REINDEX that runs the statements in one transaction after the load. */
async function reindexWhile(...statements: string[]) {
  const task = await runReindex(
    harness,
    afterPhase('loading', () => change(...statements)),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  return task
}

async function expectEqual() {
  await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
}

async function indexed(field: string) {
  const documents = await readIndex(harness.search, `image-${harness.suffix}`)
  const values = [...documents.values()].map((document) => (document as Record<string, unknown>)[field])
  return [...new Set(values)]
}

test('a partition that is exchanged for another is read again', async () => {
  const half = Number(
    (await harness.sql`select percentile_disc(0.5) within group (order by id) as id from image`)[0]?.['id'],
  )
  await change(
    'alter table image rename to image_rows',
    'create table image (like image_rows including defaults, primary key (id)) partition by range (id)',
    `create table low partition of image for values from (minvalue) to (${half})`,
    `create table high partition of image for values from (${half}) to (maxvalue)`,
    'insert into image select * from image_rows',
    'create table other (like low including all)',
    'insert into other select * from low',
    "update other set title = 'exchanged'",
  )
  await reindexWhile(
    'alter table image detach partition low',
    `alter table image attach partition other for values from (minvalue) to (${half})`,
  )
  await expectEqual()
})

test('an inheriting table that is exchanged for another is read again', async () => {
  await change(
    'create table heir () inherits (image)',
    'create table other () inherits (image)',
    'create unique index on heir (id)',
    'create unique index on other (id)',
    'with moved as (delete from image where id % 2 = 0 returning *) insert into heir select * from moved',
    'insert into other select * from heir',
    "update other set title = 'exchanged'",
    'alter table other no inherit image',
  )
  await reindexWhile('alter table heir no inherit image', 'alter table other inherit image')
  await expectEqual()
})

test('a column that takes the name of another is read again', async () => {
  await change('alter table image add column next varchar', "update image set next = 'exchanged ' || id")
  await reindexWhile('alter table image rename title to before', 'alter table image rename next to title')
  await expectEqual()
})

test('a column that is dropped and added again with a default is read again', async () => {
  await reindexWhile(
    'alter table image drop column title',
    "alter table image add column title varchar default 'added'",
  )
  await expectEqual()
})

test('a renamed enum label causes a new read', async () => {
  await change(
    "create type kind as enum ('photo', 'drawing')",
    "alter table image alter category type kind using 'photo'",
  )
  await reindexWhile("alter type kind rename value 'photo' to 'photograph'")
  expect(await indexed('category')).toEqual(['photograph'])
})

test('a joined table that is exchanged for another is read again', async () => {
  const extra = pgTable('extra', { identifier: uuid('identifier'), text: text('text') })
  const table = image.table
  const model = defineModel({
    name: 'image',
    table,
    properties: { extra: { type: 'keyword' } },
    joined: [{ key: extra.identifier, column: table.identifier }],
    selection: {
      extra: fragment<
        string | null
      >`(select e.text from ${extra} e where e.identifier = ${table}.identifier)`,
    },
    compute: (row) => ({ extra: row.extra }),
  })
  harness.context.models = [model]
  await change(
    'create table extra (identifier uuid primary key, text text)',
    "insert into extra select identifier, 'before' from image",
    'create table other (identifier uuid primary key, text text)',
    "insert into other select identifier, 'exchanged' from image",
  )
  await reindexWhile('alter table extra rename to former', 'alter table other rename to extra')
  expect(await indexed('extra')).toEqual(['exchanged'])
})

test.each(['loading', 'catching_up', 'verifying'] as const)(
  'a table that is exchanged for another after %s ends the task',
  async (phase) => {
    await change('create table other (like image including all)', 'insert into other select * from image')
    const exchange = () => change('alter table image rename to former', 'alter table other rename to image')
    expect(await runReindex(harness, afterPhase(phase, exchange))).toMatchObject({
      status: 'failed',
      error: { code: 'table_replaced' },
    })
  },
)

test('a new index, a comment or new statistics cause no new read', async () => {
  const task = await reindexWhile(
    'create index on image (title)',
    "comment on table image is 'looked at'",
    'alter table image alter title set statistics 10',
    'analyze image',
  )
  expect(task.catchUp).toEqual({ indexed: 0, deleted: 0, failed: 0 })
})

test('a run with another version of the model starts over', async () => {
  const failing = afterPhase('loading', () => Promise.reject(new TypeError('stopped here')))
  const task = await runReindex(harness, failing)
  expect(task).toMatchObject({ status: 'failed' })
  const { search } = harness
  const index = `image-${harness.suffix}`
  const uuidOf = async () => (await search.indices.get({ index })).body[index]?.settings?.index?.uuid
  const before = await uuidOf()
  const { store } = harness.context
  const again = async () => {
    await store.retry(task.id)
    return runToEnd({ ...harness.context, actions: [reindex] }, task.id)
  }
  harness.context.models = harness.context.models.map((model) => ({
    ...model,
    mappings: {
      ...model.mappings,
      properties: { ...(model.mappings['properties'] as object), more: { type: 'keyword' } },
    },
  }))
  expect(await again()).toMatchObject({ status: 'succeeded', error: null })
  expect(await uuidOf()).not.toBe(before)
  await expectEqual()
})
