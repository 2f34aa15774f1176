import { sql } from 'drizzle-orm'
import type { MigrationMeta } from 'drizzle-orm/migrator'
import { DatabaseRefusedError } from '../errors.ts'
import type { Transaction } from './transaction.ts'

export type Queries = Pick<Transaction, 'execute'>

/** A table of migrations and those that this release has, oldest first. */
export interface KnownMigrations {
  migrations: readonly MigrationMeta[]
  schema: string
  /** Name of the migration table in that schema, used by these migrations only. */
  table: string
}

/** The state of a schema, compared with the migrations of this release. */
export interface SchemaState {
  /** Migrations that the schema lacks. */
  pending: readonly MigrationMeta[]
  /** Number of migrations in the schema that this release does not know: a newer release made them. */
  unknown: number
}

/**
 * Compares a schema with the migrations of this release.
 *
 * @throws DatabaseRefusedError when a newer release made a migration that this release can't work with
 */
export async function readSchemaState(db: Queries, known: KnownMigrations): Promise<SchemaState> {
  const { schema, table, migrations } = known
  if (!(await lookUp(db, schema, table)).table) return { pending: migrations, unknown: 0 }
  const newest = migrations.at(-1)?.folderMillis ?? 0
  // By way of JSON, because tables that earlier releases made lack the column.
  const [row] = await db.execute(sql`
    select max(created_at) as last, count(*) filter (where created_at > ${newest}) as unknown,
      max((to_jsonb(m) ->> 'min_compatible')::bigint) as min_compatible
    from ${nameOf(schema, table)} m`)
  if (Number(row?.['min_compatible'] ?? 0) > newest) {
    throw new DatabaseRefusedError(
      `a newer release migrated schema ${schema}, and this release can't work with it any more: ` +
        'replace this process by the newer release. See docs/how-to/upgrade.md',
      { details: { schema } },
    )
  }
  const last = row?.['last'] == null ? -Infinity : Number(row['last'])
  return {
    pending: migrations.filter(({ folderMillis }) => folderMillis > last),
    unknown: Number(row?.['unknown'] ?? 0),
  }
}

/**
 * Queries the catalog tables: `to_regclass` uses a cache that misses what another process committed while this one
 * waited for the lock.
 */
export async function lookUp(db: Queries, schema: string, table: string) {
  const [row] = await db.execute(sql`
    select exists (select from pg_catalog.pg_namespace where nspname = ${schema}) as schema,
      exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema} and c.relname = ${table}) as table`)
  return { schema: row?.['schema'] === true, table: row?.['table'] === true }
}

export const nameOf = (schema: string, table: string) =>
  sql`${sql.identifier(schema)}.${sql.identifier(table)}`
