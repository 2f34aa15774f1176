import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { applyMigrations, readSchemaState, type MigrationOptions } from '../database/index.ts'
import { migrations } from './migrations/bundle.ts'

/** Key of the advisory lock: arbitrary, but the same in every process. */
const lock = 7_318_645_029_117_402n

/** The lock that all migrations of schema `ingestion` share: tasks here, tokens in the server. */
const ingestion = { schema: 'ingestion', lock }

const tasks = {
  migrations,
  table: 'migration',
  // 0010 removes the default of work_item.phase, which releases before 0003 don't write.
  minCompatible: { 10: 3 },
} as const satisfies Partial<MigrationOptions>

/**
 * Creates or migrates the task tables, in schema `ingestion`. Safe to run at every start.
 *
 * @param options.lockWaitMs maximum wait for another process that migrates, milliseconds. Default 10,000
 * @returns the number of migrations that only a newer release knows, and that this release can work with
 * @throws DatabaseUnavailableError, DatabaseRefusedError as applyMigrations
 * @example
 * import { connectPostgres, migrateTaskStore } from '@ingestion-server/core'
 *
 * const { db, close } = connectPostgres('postgres://owner:password@localhost:5432/tasks', { maxConnections: 1 })
 * const { unknown } = await migrateTaskStore(db)
 * if (unknown > 0) console.warn(`a newer release made ${unknown} migrations`)
 * await close()
 */
export function migrateTaskStore(
  db: PostgresJsDatabase,
  options: Pick<MigrationOptions, 'lockWaitMs'> = {},
): Promise<{ unknown: number }> {
  return applyIngestionMigrations(db, { ...options, ...tasks })
}

/**
 * Checks that this release can work with the task tables: a newer release may have migrated them since.
 *
 * @throws DatabaseRefusedError when it can't
 */
export async function checkTaskSchema(db: Pick<PostgresJsDatabase, 'execute'>): Promise<void> {
  await readSchemaState(db, { ...tasks, schema: ingestion.schema })
}

/** Runs migrations of schema `ingestion`. @param options.table in that schema, which records only these migrations */
export function applyIngestionMigrations(
  db: PostgresJsDatabase,
  options: Omit<MigrationOptions, 'schema' | 'lock' | 'command'>,
): Promise<{ unknown: number }> {
  return applyMigrations(db, { ...options, ...ingestion, command: 'ingestion-server migrate' })
}
