import { sql } from 'drizzle-orm'
import type { MigrationMeta } from 'drizzle-orm/migrator'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { durationText } from '../duration-text.ts'
import { DatabaseRefusedError, DatabaseUnavailableError } from '../errors.ts'
import { sqlState } from './sql-state.ts'
import { inTransaction, type Transaction } from './transaction.ts'

export interface MigrationOptions {
  migrations: readonly MigrationMeta[]
  /** Created if it is missing, which needs the right CREATE on the database; otherwise the role must own it. */
  schema: string
  /** Name of the migration table in that schema, used by these migrations only. */
  table: string
  /** Number of the advisory lock that processes starting at the same time wait for; the same in all of them. */
  lock: bigint
  /** How long to wait for that lock, and for each table, milliseconds. Default 10,000. */
  lockWaitMs?: number
}

/** Building an index of a large table takes minutes. */
const limits = { idleMs: 30_000, wholeMs: 3_600_000 }

/**
 * Runs the migrations that `table` does not list yet, all in one transaction. One connection is enough. When nothing is
 * pending, it takes no lock and needs only SELECT on the table.
 *
 * @throws DatabaseUnavailableError while another process holds the lock for longer than `lockWaitMs`
 * @throws DatabaseRefusedError when the role lacks a right, with the statement that grants it
 */
export async function applyMigrations(db: PostgresJsDatabase, options: MigrationOptions): Promise<void> {
  const { schema, migrations, lock, lockWaitMs = 10_000 } = options
  if ((await listPending(db, options)).length === 0) return
  try {
    await inTransaction(
      db,
      async (tx) => {
        // Migrations may exceed the role's statement timeout, but they wait only briefly for locks.
        const waitMs = String(Math.max(1, Math.ceil(lockWaitMs)))
        await tx.execute(
          sql`select set_config('lock_timeout', ${waitMs}, true), set_config('statement_timeout', '0', true)`,
        )
        await tx.execute(sql`select pg_advisory_xact_lock(${lock})`)
        await run(tx, options, await listPending(tx, options))
      },
      limits,
    )
  } catch (error) {
    const state = sqlState(error)
    if (state === '55P03') {
      throw new DatabaseUnavailableError(
        `tables in schema ${schema} can't be migrated: another process holds their lock; waited ${durationText(lockWaitMs)}. ` +
          'Retrying; see pg_locks for the process that holds it',
        { cause: error },
      )
    }
    if (state !== '42501') throw error
    const names = migrations.length
    throw new DatabaseRefusedError(
      `the database role may not create the tables in schema ${schema} (${names} migrations): ` +
        `as the owner of the database run: CREATE SCHEMA ${schema} AUTHORIZATION the_role. See docs/postgres-roles.sql`,
      { cause: error },
    )
  }
}

type Queries = Pick<Transaction, 'execute'>

async function listPending(
  db: Queries,
  { schema, table, migrations }: MigrationOptions,
): Promise<readonly MigrationMeta[]> {
  if (!(await lookUp(db, schema, table)).table) return migrations
  const [last] = await db.execute(
    sql`select created_at from ${nameOf(schema, table)} order by created_at desc limit 1`,
  )
  const lastMillis = last === undefined ? -Infinity : Number(last['created_at'])
  return migrations.filter(({ folderMillis }) => folderMillis > lastMillis)
}

/**
 * Queries the catalog tables: `to_regclass` uses a cache that misses what another process committed while this one
 * waited for the lock.
 */
async function lookUp(db: Queries, schema: string, table: string) {
  const [row] = await db.execute(sql`
    select exists (select from pg_catalog.pg_namespace where nspname = ${schema}) as schema,
      exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema} and c.relname = ${table}) as table`)
  return { schema: row?.['schema'] === true, table: row?.['table'] === true }
}

/** Checks before creating: CREATE … IF NOT EXISTS needs the right to create even if the object exists. */
async function run(
  tx: Queries,
  { schema, table }: MigrationOptions,
  pending: readonly MigrationMeta[],
): Promise<void> {
  if (pending.length === 0) return
  const exists = await lookUp(tx, schema, table)
  if (!exists.schema) await tx.execute(sql`create schema ${sql.identifier(schema)}`)
  if (!exists.table) {
    // Same columns as Drizzle's own migrator, so that its tools can read the table.
    await tx.execute(
      sql`create table ${nameOf(schema, table)} (id serial primary key, hash text not null, created_at bigint)`,
    )
  }
  for (const migration of pending) {
    for (const statement of migration.sql) {
      // The schema exists by now; even IF NOT EXISTS needs the right to create one.
      if (!createsSchema.test(statement)) await tx.execute(sql.raw(statement))
    }
    await tx.execute(
      sql`insert into ${nameOf(schema, table)} (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`,
    )
  }
}

/** A statement as drizzle-kit generates it for a schema, and nothing else. */
const createsSchema = /^\s*create schema (if not exists )?"?\w+"?\s*;?\s*$/i

const nameOf = (schema: string, table: string) => sql`${sql.identifier(schema)}.${sql.identifier(table)}`
