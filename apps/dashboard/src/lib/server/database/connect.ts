import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

const maxConnections = 5
const connectTimeoutSeconds = 10

export type Database = PostgresJsDatabase

/** Connects when it is first used. The client belongs to Drizzle, which changes how it reads dates. */
export function connectDatabase(url: string): Database {
  const client = postgres(url, {
    max: maxConnections,
    connect_timeout: connectTimeoutSeconds,
    // As core's connectPostgres: a named statement is lost behind a transaction pooler, and no array is read as one.
    prepare: false,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: 'ingestion-dashboard', TimeZone: 'UTC', DateStyle: 'ISO' },
  })
  return drizzle(client)
}
