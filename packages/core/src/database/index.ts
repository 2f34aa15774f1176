export { applyMigrations, type MigrationOptions } from './apply-migrations.ts'
export { isPooled } from './pooler.ts'
export { sqlState } from './sql-state.ts'
export { inTransaction, type Transaction, type TransactionOptions } from './transaction.ts'
