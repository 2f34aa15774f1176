export { connectDatabase, connectForMigrations, type Database } from './connect.ts'
export { checkDatabaseSchema, migrateDatabase } from './migrate.ts'
export * from './schema.ts'
