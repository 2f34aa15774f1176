import { sql, type SQL } from 'drizzle-orm'
import {
  bigint,
  boolean,
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
import { image } from './image.ts'
import { englishText, mediaAnalysis } from './media-mapping.ts'

const columns = {
  id: bigint('id', { mode: 'number' }).primaryKey(),
  identifier: uuid('uuid').notNull(),
  updatedOn: timestamp('changed', { withTimezone: true, mode: 'string' }),
  removedFromSource: boolean('gone'),
}
const table = pgTable('book', { ...columns, name: text('name').notNull(), pages: integer('pages') })

/** A model that has nothing of media but the columns that every model needs. */
const book = defineModel({
  name: 'book',
  table,
  selection: { name: table.name, pages: table.pages, shelf: sql<string | null>`upper(${table.name})` },
  toDocument(row) {
    expectTypeOf(row.name).toEqualTypeOf<string>()
    expectTypeOf(row.pages).toEqualTypeOf<number | null>()
    expectTypeOf(row.shelf).toEqualTypeOf<string | null>()
    return { id: row.id, mature: row.mature, name: row.name, ...(row.pages !== null && { pages: row.pages }) }
  },
  properties: { name: englishText(), pages: { type: 'integer' } },
  analysis: mediaAnalysis,
})

const toText = (expression: SQL) => new PgDialect().sqlToQuery(expression).sql
const selectText = (model: typeof book) =>
  drizzle.mock().select(model.selection).from(model.table).toSQL().sql

test('a model can be of any table that has the columns which all models need', () => {
  const row = {
    id: 1,
    mature: true,
    deleted: false,
    removedFromSource: false,
    name: 'Emma',
    pages: null,
    shelf: null,
  }
  expect(book.toDocument(row)).toStrictEqual({ id: 1, mature: true, name: 'Emma' })
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

test('a page reads what the model names, and beside it id, mature, deleted and removedFromSource', () => {
  expect(Object.keys(book.selection)).toEqual([
    'name',
    'pages',
    'shelf',
    'id',
    'mature',
    'deleted',
    'removedFromSource',
  ])
  expect(selectText(book)).toBe(
    'select "name", "pages", upper("name"), "id", ' +
      'exists (select 1 from "api_maturebook" where "api_maturebook"."identifier" = "book"."uuid"), ' +
      'exists (select 1 from "api_deletedbook" where "api_deletedbook"."identifier" = "book"."uuid"), ' +
      'coalesce("gone", false) from "book"',
  )
})

test.each([image, audio, book])(
  'no lookup of $name compares a column with itself, wherever it is used',
  (model) => {
    const { name } = model
    const own = model === book ? 'uuid' : 'identifier'
    const deleted = `exists (select 1 from "api_deleted${name}" where "api_deleted${name}"."identifier" = "${name}"."${own}")`
    const mature = deleted.replaceAll('api_deleted', 'api_mature')
    expect(toText(model.isDeleted)).toBe(deleted)
    expect(toText(model.isMature)).toContain(mature)
    expect(selectText(model)).toContain(deleted)
    expect(selectText(model)).toContain(mature)
  },
)

test('what else makes a row mature counts as false where it is null', () => {
  expect(toText(image.isMature)).toBe(
    '(exists (select 1 from "api_matureimage" where "api_matureimage"."identifier" = "image"."identifier")' +
      ` or coalesce("image"."meta_data" ->> 'mature' = 'true', false))`,
  )
})

test('the lists of a model are in the schema of its table', () => {
  const table = pgSchema('catalog').table('book', columns)
  const model = defineModel({
    name: 'book',
    table,
    selection: {},
    toDocument: ({ id, mature }) => ({ id, mature }),
    properties: {},
  })
  expect(toText(model.isDeleted)).toBe(
    'exists (select 1 from "catalog"."api_deletedbook" where "catalog"."api_deletedbook"."identifier" = "catalog"."book"."uuid")',
  )
})

test.each(['', 'Image', 'image-x', '1image', 'a b', 'a*', 'a'.repeat(53)])(
  '%j is no name for a model',
  (name) => {
    const define = () =>
      defineModel({
        name,
        table,
        selection: {},
        toDocument: ({ id, mature }) => ({ id, mature }),
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
    toDocument: ({ id, mature }) => ({ id, mature }),
    properties: {},
  })
  expect(model.selection['mature']).toBe(model.isMature)
})
