import { sql, type SQL } from 'drizzle-orm'
import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  PgDialect,
  pgSchema,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/postgres-js'
import { expect, expectTypeOf, test } from 'vitest'
import { audio } from './audio.ts'
import { defineModel } from './define-model.ts'
import { documentOf } from './example-rows.ts'
import { image } from './image.ts'
import { englishText, mediaAnalysis } from './media-mapping.ts'

const columns = {
  id: bigint('id', { mode: 'number' }).primaryKey(),
  identifier: uuid('uuid').notNull(),
  updatedOn: timestamp('changed', { withTimezone: true, mode: 'string' }),
  removedFromSource: boolean('gone'),
}
const table = pgTable('book', { ...columns, name: text('name').notNull(), pages: integer('pages') })

/** A model with only the columns that every model needs. */
const book = defineModel({
  name: 'book',
  table,
  copied: { name: table.name, pages: table.pages, shelf_mark: sql`upper(${table.name})` },
  selection: { name: table.name, pages: table.pages, shelf: sql<string | null>`left(${table.name}, 1)` },
  compute(row) {
    expectTypeOf(row.name).toEqualTypeOf<string>()
    expectTypeOf(row.pages).toEqualTypeOf<number | null>()
    expectTypeOf(row.shelf).toEqualTypeOf<string | null>()
    return { shelf: row.shelf ?? undefined, is_long: (row.pages ?? 0) > 300, title_length: row.name.length }
  },
  properties: { name: englishText(), pages: { type: 'integer' } },
  analysis: mediaAnalysis,
})

const toText = (expression: SQL) => new PgDialect().sqlToQuery(expression).sql
const selectText = (model: typeof book) =>
  drizzle.mock().select(model.selection).from(model.table).toSQL().sql

test('a model can be of any table that has the columns which all models need', () => {
  const row = { id: -12, mature: true, name: 'Emma "E"', pages: 474, shelf_mark: 'EMMA', shelf: 'E' }
  expect(documentOf(book, row)).toStrictEqual({
    id: -12,
    mature: true,
    name: 'Emma "E"',
    pages: 474,
    shelf_mark: 'EMMA',
    shelf: 'E',
    is_long: true,
    title_length: 8,
  })
  expect(documentOf(book, { id: 1, mature: false, name: '' })).toStrictEqual({
    id: 1,
    mature: false,
    name: '',
    is_long: false,
    title_length: 0,
  })
  expect(book.mappings).toStrictEqual({
    dynamic: false,
    properties: {
      name: englishText(),
      pages: { type: 'integer' },
      id: { type: 'long' },
      mature: { type: 'boolean' },
    },
  })
})

test('a row is id, mature, deleted, removedFromSource, and what the model names, each read once', () => {
  expect(Object.keys(book.selection)).toEqual([
    'id',
    'mature',
    'deleted',
    'removedFromSource',
    'name',
    'pages',
    'shelf_mark',
    'shelf',
  ])
  expect(selectText(book)).toBe(
    'select "id", ' +
      'exists (select 1 from "api_maturebook" where "api_maturebook"."identifier" = "book"."uuid"), ' +
      'exists (select 1 from "api_deletedbook" where "api_deletedbook"."identifier" = "book"."uuid"), ' +
      'coalesce("gone", false), "name", "pages", upper("name"), left("name", 1) from "book"',
  )
})

test.each([image, audio, book])(
  'no lookup of $name compares a column with itself, wherever it is used',
  (model) => {
    const { name } = model
    const own = model === book ? 'uuid' : 'identifier'
    const schema = model === book ? '' : '"public".'
    const list = `${schema}"api_deleted${name}"`
    const deleted = `exists (select 1 from ${list} where ${list}."identifier" = ${schema}"${name}"."${own}")`
    const mature = deleted.replaceAll('api_deleted', 'api_mature')
    expect(toText(model.isDeleted)).toBe(deleted)
    expect(toText(model.isMature)).toContain(mature)
    expect(selectText(model)).toContain(deleted)
    expect(selectText(model)).toContain(mature)
  },
)

test('what else makes a row mature counts as false where it is null', () => {
  const model = defineModel({ name: 'book', table, alsoMature: sql`pages > 5`, properties: {} })
  expect(toText(model.isMature)).toContain(
    "or coalesce(case when pages > 5 then 'true' end not in ('false', 'null'), false))",
  )
})

test('a flag makes a row mature unless it is false, null or not there', () => {
  const flagged = defineModel({
    name: 'book',
    table,
    matureFlag: sql`"flags" -> 'mature'`,
    properties: {},
  })
  const listed = 'exists (select 1 from "api_maturebook" where "api_maturebook"."identifier" = "book"."uuid")'
  expect(toText(flagged.isMature)).toBe(
    `(${listed} or coalesce("flags" -> 'mature' not in ('false', 'null'), false))`,
  )
  expect(selectText(flagged)).toContain(`case when ${listed} then 'true' else "flags" -> 'mature' end`)

  const read = (mature: unknown) => {
    const leftOut = new Map<string, number>()
    return [documentOf(flagged, { id: 1, mature }, leftOut)['mature'], leftOut.get('mature') ?? 0]
  }
  for (const flag of [null, 'null', 'false']) expect(read(flag)).toEqual([false, 0])
  expect(read('true')).toEqual([true, 0])
  for (const flag of ['1', '0', '""', '"false"', '"true"', '[true]', '{}', '[]', 'unreadable']) {
    expect(read(flag)).toEqual([true, 1])
  }
})

test('the lists of a model are in the schema of its table', () => {
  const table = pgSchema('catalog').table('book', columns)
  const model = defineModel({
    name: 'book',
    table,
    properties: {},
  })
  expect(toText(model.isDeleted)).toBe(
    'exists (select 1 from "catalog"."api_deletedbook" where "catalog"."api_deletedbook"."identifier" = "catalog"."book"."uuid")',
  )
})

test.each(['', 'Image', 'image-x', '1image', 'a b', 'a*', 'a'.repeat(53)])(
  '%j is not a name for a model',
  (name) => {
    const define = () =>
      defineModel({
        name,
        table,
        properties: {},
      })
    expect(define).toThrow(RangeError)
  },
)

test('a model can not take the names that are read for every model', () => {
  const mature = sql<boolean>`true`
  const model = defineModel({
    name: 'book',
    table,
    // @ts-expect-error -- `mature` is what the lists say
    selection: { mature },
    properties: {},
  })
  expect(model.selection['mature']).toBe(model.isMature)
})

test('a column whose text is not JSON can not be copied', () => {
  const table = pgTable('book', { ...columns, price: doublePrecision('price') })
  const define = () => defineModel({ name: 'book', table, copied: { price: table.price }, properties: {} })
  expect(define).toThrow(RangeError)
})
