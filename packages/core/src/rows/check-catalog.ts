import type { PgColumn } from 'drizzle-orm/pg-core'
import { ColumnMissingError, TableUnusableError } from '../catalog-errors.ts'
import type { IngestionError } from '../errors.ts'
import { listSources, type Model } from '../models/index.ts'
import { quoteName, readCatalogFacts, type CatalogFacts, type RelationFacts } from './catalog-facts.ts'
import type { Database } from '../database/index.ts'

const wholeNumbers = ['smallint', 'integer', 'bigint']
const hasIndexes: ReadonlySet<RelationFacts['kind']> = new Set([
  'table',
  'partitioned table',
  'materialized view',
])
const texts = ['text', 'character varying', 'character', '"char"', 'name']

/** Real types that each declared type accepts. A declared type that is not listed accepts any. */
const readableAs: Readonly<Record<string, readonly string[]>> = {
  smallint: wholeNumbers,
  integer: wholeNumbers,
  bigint: wholeNumbers,
  boolean: ['boolean'],
  json: ['json', 'jsonb'],
  jsonb: ['json', 'jsonb'],
}

/**
 * Compares a model with the tables that it reads.
 *
 * @returns all errors that prevent reading them, and warnings about what the index will lack
 */
export function checkCatalog(
  model: Model,
  facts: CatalogFacts,
): { preconditionFailures: IngestionError[]; warnings: string[] } {
  const relations = [facts.table, ...facts.related]
  const missing = relations.flatMap((relation) => {
    const columns = namesOf(columnsIn(model, relation)).filter((name) => !relation.columns.has(name))
    return columns.length === 0 ? [] : [new ColumnMissingError(relation.name, columns)]
  })
  const preconditionFailures = [
    ...relations.flatMap(refuseUnreadable),
    ...facts.related.flatMap(refuseHiding),
    ...missing,
    ...refuseId(model, facts.table),
    ...refuseTypes(model, facts),
    ...refuseKeys(model, facts),
  ]
  return { preconditionFailures, warnings: preconditionFailures.length > 0 ? [] : warnOf(model, facts) }
}

/** Columns of a relation that the model requires. */
function columnsIn(model: Model, { quotedName }: RelationFacts): PgColumn[] {
  const { columns } = listSources(Object.values(model.selection))
  const keys = model.related.flatMap(({ key, column }) => [key, column])
  return [model.table.id, ...columns, ...keys].filter(({ table }) => quoteName(table) === quotedName)
}

function refuseUnreadable({ name, quotedName, isReadable }: RelationFacts): IngestionError[] {
  if (isReadable) return []
  const help = `as its owner run: GRANT SELECT ON ${quotedName} TO the role of DATABASE_URL`
  return [new TableUnusableError(name, 'the database role may not read it', { help })]
}

/** Rows of these tables exclude a document or make it mature, so a hidden row would let sensitive content through. */
function refuseHiding({ name, hidesRows }: RelationFacts): IngestionError[] {
  if (!hidesRows) return []
  const help =
    'let the role of DATABASE_URL see all of its rows: ALTER ROLE the_role BYPASSRLS, or a policy for it'
  return [new TableUnusableError(name, 'row level security hides rows of it from this role', { help })]
}

function namesOf(columns: readonly PgColumn[]): string[] {
  return [...new Set(columns.map(({ name }) => name))]
}

function refuseId(model: Model, table: RelationFacts): IngestionError[] {
  const column = model.table.id.name
  const real = table.columns.get(column)
  if (!real) return []
  if (!wholeNumbers.includes(real.type)) {
    const help = 'add a column of type bigint with a unique index and name it in the model as its id'
    return [
      new TableUnusableError(
        table.name,
        `ids are read from column ${column}, which has type ${real.type}, not smallint, integer or bigint`,
        { help, column, type: real.type },
      ),
    ]
  }
  if (table.kind === 'other') {
    return [new TableUnusableError(table.name, 'it is neither a table nor a view', { help: 'name a table' })]
  }
  if (!hasIndexes.has(table.kind) || (table.hasChildren ? table.hasIdIndex : table.hasUniqueIds)) return []
  const [index, concurrently] = table.hasChildren ? ['index', ''] : ['unique index', ' concurrently']
  return [
    new TableUnusableError(
      table.name,
      `it has no btree ${index} on column ${column}, so every page of rows would sort the whole table`,
      { help: `create ${index}${concurrently} on ${table.quotedName} ("${column}")`, column },
    ),
  ]
}

function refuseTypes(model: Model, facts: CatalogFacts): IngestionError[] {
  return [facts.table, ...facts.related].flatMap((relation) => {
    const columns = columnsIn(model, relation).filter(({ name }) => name !== model.table.id.name)
    return [...new Map(columns.map((column) => [column.name, column])).values()].flatMap((column) => {
      const real = relation.columns.get(column.name)?.type
      const readable = readableAs[column.getSQLType()]
      if (real === undefined || !readable || readable.includes(real)) return []
      return [typeError(relation.name, column.name, real, readable.join(' or '))]
    })
  })
}

/** Refuses keys that Postgres has no comparison operator for. */
function refuseKeys(model: Model, { table, related }: CatalogFacts): IngestionError[] {
  return model.related.flatMap(({ key, column }, position) => {
    const own = table.columns.get(column.name)?.type
    const other = related[position]?.columns.get(key.name)?.type
    if (own === undefined || other === undefined || familyOf(own) === familyOf(other)) return []
    return [typeError(related[position]?.name ?? '', key.name, other, own)]
  })
}

function familyOf(type: string): string {
  if (wholeNumbers.includes(type)) return 'bigint'
  return texts.includes(type) ? 'text' : type
}

function typeError(table: string, column: string, type: string, expected: string): TableUnusableError {
  return new TableUnusableError(table, `column ${column} has type ${type}, and is read as ${expected}`, {
    help: 'change the type of the column, or its definition in the model',
    column,
    type,
  })
}

function warnOf(model: Model, { table }: CatalogFacts): string[] {
  const id = model.table.id.name
  return [
    ...(table.hasUniqueIds
      ? []
      : [`nothing in ${table.name} rules out that an ${id} occurs twice; of such rows one is indexed`]),
    ...(table.kind === 'table' && table.columns.get(id)?.notNull === false
      ? [`column ${id} of ${table.name} may be null; such rows are not indexed`]
      : []),
    ...(table.hidesRows
      ? [`row level security of ${table.name} may hide rows from this role; they are not indexed`]
      : []),
  ]
}

/**
 * Reads a model's catalog facts and checks that the model can be built from them.
 *
 * @throws TableNotFoundError, ColumnMissingError, TableUnusableError
 */
export async function readUsableCatalog(db: Database, model: Model): Promise<CatalogFacts> {
  const facts = await readCatalogFacts(db, model)
  const [failure] = checkCatalog(model, facts).preconditionFailures
  if (failure) throw failure
  return facts
}
