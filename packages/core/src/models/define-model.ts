import { sql, type SQL } from 'drizzle-orm'
import {
  getTableConfig,
  pgSchema,
  pgTable,
  timestamp,
  uuid,
  type PgColumn,
  type PgTable,
} from 'drizzle-orm/pg-core'
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types'

/** What the table of a model has at least. */
type ModelTable = PgTable & {
  /** Whole numbers below 2^53. */
  id: PgColumn
  identifier: PgColumn
  updatedOn: PgColumn
  removedFromSource: PgColumn
}

/** A table that lists rows of a model by their identifiers, such as `api_deletedimage`. */
type IdentifierTable = PgTable & { identifier: PgColumn; createdOn: PgColumn }

/** What is read of a row: the name in `Row`, and the column or the expression behind it. */
export type Selection = Record<string, PgColumn | SQL>

/** A row as `Model.selection` reads it. */
export interface Row {
  readonly id: number
  readonly mature: boolean
  /** Listed in api_deleted<model>: becomes no document. */
  readonly deleted: boolean
  /** Becomes no document either. */
  readonly removedFromSource: boolean
  readonly [name: string]: unknown
}

/** What OpenSearch stores of a row: plain JSON, fields in snake_case, none of them null. */
type Document = { readonly id: number; readonly mature: boolean; readonly [field: string]: unknown }

/** A field of an index mapping, as OpenSearch takes it. */
export type FieldMapping = Readonly<Record<string, unknown>>

/** A kind of row that indices are built from. */
export interface Model {
  /** Names the table, begins the names of its indices (`image-<suffix>`) and is its default alias. */
  readonly name: string
  readonly table: ModelTable
  /** Rows that become no document: `api_deleted<name>`. */
  readonly deleted: IdentifierTable
  /** Rows that are mature, whatever they say themselves: `api_mature<name>`. */
  readonly mature: IdentifierTable
  /** For `db.select(selection).from(table)`; a row of it is a `Row`. */
  readonly selection: Selection
  /** True for a mature row, else false, never null. For statements on `table` without an alias. */
  readonly isMature: SQL<boolean>
  /** True for a row listed in `deleted`, else false, never null. For statements on `table` without an alias. */
  readonly isDeleted: SQL<boolean>
  /** Never throws, and neither does JSON.stringify of what it gives: what can't be read is left out. */
  toDocument(row: Row): Document
  readonly mappings: { readonly dynamic: false; readonly properties: Readonly<Record<string, FieldMapping>> }
  /** The index setting `analysis`. */
  readonly analysis: Readonly<Record<string, unknown>>
}

type BaseSelection = Pick<Row, 'id' | 'mature' | 'deleted' | 'removedFromSource'>

export interface ModelDefinition<TSelection extends Selection> {
  /** A lower-case letter, then letters, digits and `_`; 52 characters at most. */
  name: string
  table: ModelTable
  /** What is read beside `id`, `mature`, `deleted` and `removedFromSource`. */
  selection: TSelection & { [name in keyof BaseSelection]?: never }
  /** What else makes a row mature than being listed in `api_mature<name>`; null counts as false. */
  alsoMature?: SQL
  toDocument(row: SelectResultFields<TSelection> & BaseSelection): Document
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
 * Makes a model of what is its own: the row type of `toDocument` is inferred from `selection`, and the rest, the
 * same for all models, is added.
 *
 * @throws RangeError for a name that tables and indices can't have
 */
export function defineModel<TSelection extends Selection>(definition: ModelDefinition<TSelection>): Model {
  const { name, table, selection, alsoMature, properties, analysis = {} } = definition
  if (!namePattern.test(name))
    throw new RangeError(`model name ${JSON.stringify(name)} must match ${namePattern}`)

  const deleted = identifierTable(`api_deleted${name}`, table)
  const mature = identifierTable(`api_mature${name}`, table)
  const isDeleted = isListed(table, deleted)
  const isListedMature = isListed(table, mature)
  const isMature = alsoMature
    ? sql<boolean>`(${isListedMature} or coalesce(${alsoMature}, false))`
    : isListedMature
  return {
    name,
    table,
    deleted,
    mature,
    isMature,
    isDeleted,
    selection: {
      ...selection,
      id: table.id,
      mature: isMature,
      deleted: isDeleted,
      removedFromSource: sql`coalesce(${table.removedFromSource}, false)`,
    },
    // The type of one model's rows ends here: a `Row` that was read by this selection has it.
    toDocument: definition.toDocument,
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
  return schema ? pgSchema(schema).table(name, columns) : pgTable(name, columns)
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
