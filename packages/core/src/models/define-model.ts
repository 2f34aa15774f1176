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

/** Fields of a document: what JSON.stringify takes. A field that is undefined is left out. */
type Fields = Readonly<Record<string, unknown>>

type BaseName = 'id' | 'mature' | 'deleted' | 'removedFromSource'

export interface ModelDefinition<TSelection extends Selection> {
  /** A lower-case letter, then letters, digits and `_`; 52 characters at most. */
  name: string
  table: ModelTable
  /**
   * Fields that are a column or an expression as it stands: a text, or a whole number. Null is left out. The bytes
   * go from Postgres to OpenSearch as they are. `id` and `mature` are fields of every model.
   */
  copied?: Selection & { readonly [name in BaseName]?: never }
  /** Fields that are made of the bytes of a value, where objects and strings would take too long. */
  written?: Readonly<Record<string, WrittenField>>
  /** Columns that hold what `written` and `selection` select as a member. */
  packed?: readonly PackedColumn[]
  /** Other tables that fields are read from, in subqueries. */
  joined?: readonly RelatedTable[]
  /** What the other fields are computed from. */
  selection?: TSelection & { readonly [name in BaseName]?: never }
  /**
   * The other fields. Runs for every row there is: without spreads and loops where it can. It may not keep `row`,
   * whose values are read when they are asked for.
   */
  compute?(row: SelectResultFields<TSelection>, leftOut: LeftOut): Fields
  /** What else makes a row mature than being listed in `api_mature<name>`; null counts as false. */
  alsoMature?: SQL
  /**
   * A flag in JSON text that makes a row mature too, in the place of `alsoMature`. A row whose flag is neither
   * `false`, `null` nor SQL's null is mature, and one whose flag is anything but `true` is counted as unreadable.
   */
  matureFlag?: SQL
  /** The mapping of each field; `id` and `mature` are mapped for every model. */
  properties: Readonly<Record<string, FieldMapping>>
  /** The index setting `analysis`: analyzers that `properties` names beside the built-in ones. */
  analysis?: Readonly<Record<string, unknown>>
}

/**
 * No `-`, which ends the model's part of an index name; short enough for Postgres to take `api_deleted<name>`,
 * whose identifiers have at most 63 bytes.
 */
const namePattern = /^[a-z][a-z0-9_]{0,51}$/

/**
 * Makes a model of what is its own: the row type of `compute` is inferred from `selection`, and the rest, the same
 * for all models, is added.
 *
 * @throws RangeError for a name that tables and indices can't have, and for a field that can't be copied
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
    // The type of one model's rows ends here: what is read by `selection` has it.
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
      // Every index is verified by these two.
      properties: { ...properties, id: { type: 'long' }, mature: { type: 'boolean' } },
    },
    analysis,
  }
}

/** A table beside the model's own, in the same schema. */
function identifierTable(name: string, beside: ModelTable): IdentifierTable {
  const { schema } = getTableConfig(beside)
  const columns = {
    identifier: uuid('identifier').notNull(),
    createdOn: timestamp('created_on', { withTimezone: true, mode: 'string' }).notNull(),
  }
  return schema === undefined ? pgTable(name, columns) : catalogSchema(schema).table(name, columns)
}

/**
 * Whether a row is in such a table. `exists`, as a join would give the row twice that is listed twice. The tables
 * are named by hand: in a select from one table Drizzle takes them off the columns of an expression, and
 * "identifier = identifier" would be true for every row.
 */
function isListed(table: ModelTable, list: IdentifierTable): SQL<boolean> {
  const listed = sql`${list}.${sql.identifier(list.identifier.name)}`
  const own = sql`${table}.${sql.identifier(table.identifier.name)}`
  return sql<boolean>`exists (select 1 from ${list} where ${listed} = ${own})`
}
