import { sql, type SQL } from 'drizzle-orm'
import { getTableConfig, pgTable, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'
import { catalogSchema } from './catalog-schema.ts'
import {
  createDocumentWriter,
  type LeftOut,
  type PackedColumn,
  type Selection,
  type WrittenField,
} from '../documents/index.ts'
import type { FieldMapping, IdentifierTable, Model, ModelTable } from './model.ts'
import { requireDeclared, type RelatedTable } from './related-table.ts'

/** Fields of a document: values that JSON.stringify accepts. An undefined field is omitted. */
type Fields = Readonly<Record<string, unknown>>

type BaseName = 'id' | 'mature' | 'deleted' | 'removedFromSource'

export interface ModelDefinition<TSelection extends Selection> {
  /** A lower-case letter, then letters, digits and `_`; at most 52 characters. */
  name: string
  table: ModelTable
  /**
   * Fields copied from a column or an expression: a text or a whole number. Null is omitted. The bytes are passed from
   * Postgres to OpenSearch unchanged. Every model has `id` and `mature`.
   */
  copied?: Selection & { readonly [name in BaseName]?: never }
  /** Fields that are written from a value's bytes, where objects and strings would be too slow. */
  written?: Readonly<Record<string, WrittenField>>
  /** Columns whose members `written` and `selection` select. */
  packed?: readonly PackedColumn[]
  /** Tables other than the model's own that fields are read from, in subqueries. */
  joined?: readonly RelatedTable[]
  /** Input of `compute`. */
  selection?: TSelection & { readonly [name in BaseName]?: never }
  /**
   * Computes the other fields. Runs for every row, so avoid spreads and loops. It must not keep `row`, which decodes
   * its values when they are read.
   */
  compute?(row: SelectResultFields<TSelection>, leftOut: LeftOut): Fields
  /** Additional condition that makes a row mature, beside the list `api_mature<name>`; null counts as false. */
  alsoMature?: SQL
  /**
   * A flag as JSON text that makes a row mature; used instead of `alsoMature`. A row is mature unless its flag is
   * `false`, `null` or SQL null. A flag of a mature row other than `true` counts as unreadable.
   */
  matureFlag?: SQL
  /** The mapping of each field; every model also maps `id` and `mature`. */
  properties: Readonly<Record<string, FieldMapping>>
  /** The index setting `analysis`: analyzers that `properties` uses in addition to the built-in ones. */
  analysis?: Readonly<Record<string, unknown>>
}

/**
 * Without `-`, which separates the model from the suffix in an index name; short enough that `api_deleted<name>` fits
 * in the 63 bytes of a Postgres identifier.
 */
const namePattern = /^[a-z][a-z0-9_]{0,51}$/

/**
 * Creates a model from its definition. The row type of `compute` is inferred from `selection`; the parts that all
 * models share are added.
 *
 * @throws RangeError for a name that tables and indices can't have, and for a field that can't be copied
 * @example
 * import { defineModel } from '@ingestion-server/core'
 * import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
 *
 * const table = pgTable('video', {
 *   id: integer('id').notNull(),
 *   identifier: uuid('identifier').notNull(),
 *   updatedOn: timestamp('updated_on', { withTimezone: true, mode: 'string' }).notNull(),
 *   removedFromSource: boolean('removed_from_source').notNull(),
 *   title: text('title'),
 *   width: integer('width'),
 *   height: integer('height'),
 * })
 *
 * export const video = defineModel({
 *   name: 'video',
 *   table,
 *   copied: { title: table.title },
 *   selection: { width: table.width, height: table.height },
 *   compute: ({ width, height }) => ({ is_tall: width !== null && height !== null && height > width }),
 *   properties: { title: { type: 'text' }, is_tall: { type: 'boolean' } },
 * })
 */
export function defineModel<TSelection extends Selection = Record<never, never>>(
  definition: ModelDefinition<TSelection>,
): Model {
  const { name, table, alsoMature, properties, analysis = {} } = definition
  if (!namePattern.test(name))
    throw new RangeError(`model name ${JSON.stringify(name)} must match ${namePattern}`)

  const deleted = identifierTable(`api_deleted${name}`, table)
  const mature = identifierTable(`api_mature${name}`, table)
  const isDeleted = isListed(table, deleted)
  const isListedMature = isListed(table, mature)
  const matureFlag = definition.matureFlag ?? (alsoMature && sql`case when ${alsoMature} then 'true' end`)
  const isMature = matureFlag
    ? sql<boolean>`(${isListedMature} or coalesce(${matureFlag} not in ('false', 'null'), false))`
    : isListedMature
  const base = {
    id: table.id,
    mature: matureFlag ? sql`case when ${isListedMature} then 'true' else ${matureFlag} end` : isMature,
    deleted: isDeleted,
    removedFromSource: sql<boolean>`coalesce(${table.removedFromSource}, false)`,
  }
  const related = [
    ...[deleted, mature].map(({ identifier, createdOn }) => ({
      key: identifier,
      column: table.identifier,
      changedOn: createdOn,
    })),
    ...(definition.joined ?? []),
  ]
  const { selection, writeDocument } = createDocumentWriter({
    base,
    copied: definition.copied ?? {},
    written: definition.written ?? {},
    packed: definition.packed ?? [],
    selection: definition.selection ?? {},
    // Erases the row type of one model: rows read by `selection` have it.
    compute: definition.compute as ((row: object, leftOut: LeftOut) => Fields) | undefined,
  })
  requireDeclared(name, table, related, selection)
  return {
    name,
    table,
    deleted,
    mature,
    related,
    isMature,
    isDeleted,
    selection,
    writeDocument,
    mappings: {
      dynamic: false,
      // Verification needs these two for every index.
      properties: { ...properties, id: { type: 'long' }, mature: { type: 'boolean' } },
    },
    analysis,
  }
}

/** A table related to the model's own, in the same schema. */
function identifierTable(name: string, beside: ModelTable): IdentifierTable {
  const { schema } = getTableConfig(beside)
  const columns = {
    identifier: uuid('identifier').notNull(),
    createdOn: timestamp('created_on', { withTimezone: true, mode: 'string' }).notNull(),
  }
  return schema === undefined ? pgTable(name, columns) : catalogSchema(schema).table(name, columns)
}

/**
 * Whether a row is listed in such a table. Uses `exists`, because a join would return a row that is listed twice two
 * times. The table names are written explicitly: in a select from one table Drizzle omits them from the columns of an
 * expression, and "identifier = identifier" would be true for every row.
 */
function isListed(table: ModelTable, list: IdentifierTable): SQL<boolean> {
  const listed = sql`${list}.${sql.identifier(list.identifier.name)}`
  const own = sql`${table}.${sql.identifier(table.identifier.name)}`
  return sql<boolean>`exists (select 1 from ${list} where ${listed} = ${own})`
}
