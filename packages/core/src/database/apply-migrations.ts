import { sql } from 'drizzle-orm'
import type { MigrationMeta } from 'drizzle-orm/migrator'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { durationText } from '../duration-text.ts'
import { DatabaseRefusedError, DatabaseUnavailableError } from '../errors.ts'
import { lookUp, nameOf, readSchemaState, type KnownMigrations, type Queries } from './read-migrations.ts'
import { sqlState } from './sql-state.ts'
import { inTransaction } from './transaction.ts'

export interface MigrationOptions extends KnownMigrations {
  /** Created if it is missing, which needs the right CREATE on the database; otherwise the role must own it. */
  schema: string
  /** Number of the advisory lock that processes starting at the same time wait for; the same in all of them. */
  lock: bigint
  /** How long to wait for that lock, and for each table, milliseconds. Default 10,000. */
  lockWaitMs?: number
  /**
   * Migrations that earlier releases can't work with: position in `migrations` → position of the oldest migration that
   * a release must know to work beside it. It is recorded in the table, where processes of earlier releases read it.
   */
  minCompatible?: Readonly<Record<number, number>>
  /** The command that runs only the migrations, for the error that a role without the right gets. */
  command?: string
}

/** Building an index of a large table takes minutes. */
const limits = { idleMs: 30_000, wholeMs: 3_600_000 }

/**
 * Runs the migrations that `table` does not list yet, all in one transaction. One connection is enough. When nothing is
 * pending, it takes no lock and needs only SELECT on the table.
 *
 * @returns the number of migrations in the schema that only a newer release knows, and that this one can work with
 * @throws DatabaseUnavailableError while another process holds the lock for longer than `lockWaitMs`
 * @throws DatabaseRefusedError when the role lacks a right, with what to do; or when a newer release has made a
 *   migration that this release can't work with
 */
export async function applyMigrations(
  db: PostgresJsDatabase,
  options: MigrationOptions,
): Promise<{ unknown: number }> {
  const { schema, lock, lockWaitMs = 10_000 } = options
  const { pending, unknown } = await readSchemaState(db, options)
  if (pending.length === 0) return { unknown }
  try {
    return await inTransaction(
      db,
      async (tx) => {
        // Migrations may exceed the role's statement timeout, but they wait only briefly for locks.
        const waitMs = String(Math.max(1, Math.ceil(lockWaitMs)))
        await tx.execute(
          sql`select set_config('lock_timeout', ${waitMs}, true), set_config('statement_timeout', '0', true)`,
        )
        await tx.execute(sql`select pg_advisory_xact_lock(${lock})`)
        const state = await readSchemaState(tx, options)
        await run(tx, options, state.pending)
        return { unknown: state.unknown }
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
    throw new DatabaseRefusedError(await describeMissingRight(db, options, pending), { cause: error })
  }
}

async function describeMissingRight(
  db: Queries,
  { schema, table, command }: MigrationOptions,
  pending: readonly MigrationMeta[],
): Promise<string> {
  const names = `${pending.length} migration${pending.length === 1 ? '' : 's'}`
  if ((await lookUp(db, schema, table)).table) {
    return (
      `schema ${schema} lacks ${names} of this release, and the database role may not change its tables: ` +
      `run ${command ?? 'this release once'} with the role that owns them, ` +
      'or make this role their owner with docs/postgres-roles.sql. See docs/how-to/upgrade.md'
    )
  }
  return (
    `the database role may not create the tables in schema ${schema} (${names}): ` +
    `as the owner of the database run: CREATE SCHEMA ${schema} AUTHORIZATION the_role. See docs/postgres-roles.sql`
  )
}

/** Checks before creating: CREATE … IF NOT EXISTS needs the right to create even if the object exists. */
async function run(
  tx: Queries,
  { schema, table, migrations, minCompatible = {} }: MigrationOptions,
  pending: readonly MigrationMeta[],
): Promise<void> {
  if (pending.length === 0) return
  const name = nameOf(schema, table)
  const exists = await lookUp(tx, schema, table)
  if (!exists.schema) await tx.execute(sql`create schema ${sql.identifier(schema)}`)
  // The columns of Drizzle's own migrator, so that its tools can read the table, and one more.
  if (!exists.table)
    await tx.execute(sql`create table ${name} (id serial primary key, hash text not null, created_at bigint)`)
  await tx.execute(sql`alter table ${name} add column if not exists min_compatible bigint`)
  for (const migration of pending) {
    for (const statement of migration.sql) {
      // The schema exists by now; even IF NOT EXISTS needs the right to create one.
      if (!createsSchema.test(statement)) await tx.execute(sql.raw(statement))
    }
    const oldest = minCompatible[migrations.indexOf(migration)]
    const min = oldest === undefined ? null : (migrations[oldest]?.folderMillis ?? null)
    await tx.execute(
      sql`insert into ${name} (hash, created_at, min_compatible) values (${migration.hash}, ${migration.folderMillis}, ${min})`,
    )
  }
}

/** A statement as drizzle-kit generates it for a schema, and nothing else. */
const createsSchema = /^\s*create schema (if not exists )?"?\w+"?\s*;?\s*$/i
