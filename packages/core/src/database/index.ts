export { applyMigrations, type MigrationOptions } from './apply-migrations.ts'
export {
  connectPostgres,
  type Database,
  type OpenSocket,
  type PostgresConnection,
  type SocketOptions,
} from './connect-postgres.ts'
export { pgOptions, postgresJsOptions, type PgOptions } from './driver-options.ts'
export { errorMessage, errorTrace } from './error-text.ts'
export { isPooled } from './pooler.ts'
export { parsePostgresUrl, PostgresUrlError } from './postgres-url.ts'
export { readSchemaState, type KnownMigrations, type SchemaState } from './read-migrations.ts'
export { createSchemaGuard, type SchemaGuard } from './schema-guard.ts'
export { sqlState, wasTooLong } from './sql-state.ts'
export type { ReadFile, TlsOptions } from './tls-options.ts'
export { inTransaction, type Transaction, type TransactionOptions } from './transaction.ts'
