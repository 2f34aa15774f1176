import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { parsePostgresUrl, postgresJsOptions, type ReadFile } from '../database/index.ts'

/** Drizzle's database, with the client below it for rows that are passed on as they come. */
export type Database = PostgresJsDatabase & { readonly $client: postgres.Sql }

export interface PostgresConnection {
  db: Database
  /** Ends all connections; queries under way get `timeoutSeconds` to finish. */
  close(timeoutSeconds?: number): Promise<void>
}

export interface ConnectOptions {
  /** Opened when needed, closed after a minute without use. Default 10. */
  maxConnections?: number | undefined
  /** Reads the certificates that the URL names. Absent where there are no files. */
  readFile?: ReadFile | undefined
}

/**
 * A pool of connections for Drizzle alone: Drizzle changes the parsers of the client it is given, so the client
 * is not handed out.
 *
 * @param url `postgres://user:password@host:port/database`, with the parameters that parsePostgresUrl knows
 * @throws PostgresUrlError saying what is wrong with the URL
 */
export function connectPostgres(url: string, options: ConnectOptions = {}): PostgresConnection {
  const { maxConnections = 10, readFile } = options
  const client = postgres({
    ...postgresJsOptions(parsePostgresUrl(url), { applicationName: 'ingestion-server', readFile }),
    max: maxConnections,
    idle_timeout: 60,
  })
  return { db: drizzle(client), close: (timeoutSeconds = 5) => client.end({ timeout: timeoutSeconds }) }
}
