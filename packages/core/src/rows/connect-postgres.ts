import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

/** Drizzle's database, with the client below it for rows that are passed on as they come. */
export type Database = PostgresJsDatabase & { readonly $client: postgres.Sql }

export interface PostgresConnection {
  db: Database
  /** Ends all connections; queries under way get `timeoutSeconds` to finish. */
  close(timeoutSeconds?: number): Promise<void>
}

/**
 * A pool of connections for Drizzle alone: Drizzle changes the parsers of the client it is given, so the client
 * is not handed out.
 *
 * @param url `postgres://user:password@host:port/database`
 * @param options.maxConnections opened when needed, closed after a minute without use
 */
export function connectPostgres(url: string, options: { maxConnections?: number } = {}): PostgresConnection {
  const client = postgres(url, {
    max: options.maxConnections ?? 10,
    idle_timeout: 60,
    connect_timeout: 10,
    // Types of arrays are not asked for at every connection: no array is read as one.
    fetch_types: false,
    // A named statement lives in one server connection, and behind a transaction pooler the next statement may reach
    // another. Drizzle names none, so nothing is lost: only postgres.js's own `commit` and the like would be named.
    prepare: false,
    onnotice: () => undefined,
    connection: { application_name: 'ingestion-server', TimeZone: 'UTC', DateStyle: 'ISO' },
  })
  return { db: drizzle(client), close: (timeoutSeconds = 5) => client.end({ timeout: timeoutSeconds }) }
}
