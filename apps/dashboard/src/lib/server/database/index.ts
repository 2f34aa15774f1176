export { connectDatabase, connectForMigrations, type Database } from './connect.ts'
export { migrateDatabase } from './migrate.ts'
export * from './schema.ts'
