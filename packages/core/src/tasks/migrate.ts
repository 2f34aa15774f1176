import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { applyMigrations, type MigrationOptions } from '../database/index.ts'
import { migrations } from './migrations/bundle.ts'

/** Key of the advisory lock: arbitrary, but the same in every process. */
const lock = 7_318_645_029_117_402n

/** The lock that all migrations of schema `ingestion` share: tasks here, tokens in the server. */
const ingestion = { schema: 'ingestion', lock }

/**
 * Migrates the task tables. Safe to run at every start.
 *
 * @throws DatabaseUnavailableError, DatabaseRefusedError as applyMigrations
 */
export async function migrateTaskStore(
  db: PostgresJsDatabase,
  options: Pick<MigrationOptions, 'lockWaitMs'> = {},
): Promise<void> {
  await applyIngestionMigrations(db, { ...options, migrations, table: 'migration' })
}

/** Runs migrations of schema `ingestion`. @param options.table in that schema, which records only these migrations */
export function applyIngestionMigrations(
  db: PostgresJsDatabase,
  options: Omit<MigrationOptions, 'schema' | 'lock'>,
): Promise<void> {
  return applyMigrations(db, { ...options, ...ingestion })
}
