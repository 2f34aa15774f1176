import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { applyMigrations, type MigrationOptions } from '../database/index.ts'
import { migrations } from './migrations/bundle.ts'

/** Any number of our own: it only has to be the same in every process. */
const lock = 7_318_645_029_117_402n

/** Where the migrations of schema `ingestion` share a lock: of the tasks here, of the tokens in the server. */
const ingestion = { schema: 'ingestion', lock }

/**
 * Brings the tables of the tasks up to date. Safe to run at every start.
 *
 * @throws DatabaseUnavailableError, DatabaseRefusedError as applyMigrations
 */
export async function migrateTaskStore(
  db: PostgresJsDatabase,
  options: Pick<MigrationOptions, 'lockWaitMs'> = {},
): Promise<void> {
  await applyIngestionMigrations(db, { ...options, migrations, table: 'migration' })
}

/** Runs migrations of schema `ingestion`. @param options.table in that schema, of these migrations alone */
export function applyIngestionMigrations(
  db: PostgresJsDatabase,
  options: Omit<MigrationOptions, 'schema' | 'lock'>,
): Promise<void> {
  return applyMigrations(db, { ...options, ...ingestion })
}
