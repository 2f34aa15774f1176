import { readFileSync } from 'node:fs'
import { connectPostgres, PostgresUrlError, type PostgresConnection } from '@ingestion-server/core/database'
import { openSocket } from '@ingestion-server/core/node'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

const options = {
  maxConnections: 5,
  applicationName: 'ingestion-dashboard',
  readFile: (path: string) => readFileSync(path, 'utf8'),
}

/** Maximum silence, milliseconds: the dashboard's transactions and statements are short. */
const silenceMs = 30_000

export type Database = PostgresJsDatabase

/**
 * Creates a pool that connects on first use. Drizzle changes how its client parses dates, so the client is not shared.
 *
 * @throws Error describing the fault in DATABASE_URL
 */
export function connectDatabase(url: string): Database {
  return connect(url, { ...options, silenceMs, openSocket }).db
}

/** One connection for migrations, which may take longer than the pool's statements. */
export function connectForMigrations(url: string): PostgresConnection {
  return connect(url, { ...options, maxConnections: 1 })
}

function connect(url: string, connectOptions: Parameters<typeof connectPostgres>[1]): PostgresConnection {
  try {
    return connectPostgres(url, connectOptions)
  } catch (error) {
    if (error instanceof PostgresUrlError) throw new Error(`DATABASE_URL ${error.message}`, { cause: error })
    throw error
  }
}
