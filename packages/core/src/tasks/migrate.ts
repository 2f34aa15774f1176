import { sql, type SQL } from 'drizzle-orm'
import type { MigrationMeta } from 'drizzle-orm/migrator'
import { PgDialect, type PgSession } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { migrations } from './migrations/bundle.ts'

/** Any number of our own: it only has to be the same in every process. */
const migrationLock = 7_318_645_029_117_402n

/**
 * Brings the tables of the tasks up to date. Needs the right to create schemas in the database. Safe to run at
 * every start.
 */
export async function migrateTaskStore(db: PostgresJsDatabase): Promise<void> {
  await applyMigrations(db, { migrations, table: 'migration' })
}

/**
 * Runs the migrations of schema `ingestion` that `table` doesn't name yet, all in one transaction. Processes that
 * start together wait for each other, and one connection is enough.
 *
 * @param options.table in schema `ingestion`, of these migrations alone
 */
export async function applyMigrations(
  db: PostgresJsDatabase,
  options: { migrations: readonly MigrationMeta[]; table: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${migrationLock})`)
    const session = {
      execute: (query: SQL) => tx.execute(query),
      all: (query: SQL) => tx.execute(query),
      transaction: tx.transaction.bind(tx),
    }
    // Drizzle's migrate() for postgres.js reads its migrations from files, which edge runtimes don't have, so its
    // dialect is called as it calls it. Of the session the dialect uses these three methods; the real one of a
    // transaction can't open another inside, tx can.
    await new PgDialect().migrate([...options.migrations], session as unknown as PgSession, {
      migrationsFolder: '',
      migrationsSchema: 'ingestion',
      migrationsTable: options.table,
    })
  })
}
