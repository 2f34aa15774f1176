import { readFileSync } from 'node:fs'
import { connectPostgres, PostgresUrlError, type PostgresConnection } from '@ingestion-server/core/database'
import { openSocket } from '@ingestion-server/core/node'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

const options = {
  maxConnections: 5,
  applicationName: 'ingestion-dashboard',
  readFile: (path: string) => readFileSync(path, 'utf8'),
}

/** A transaction of the dashboard is short, and so are its statements, milliseconds. */
const silenceMs = 30_000

export type Database = PostgresJsDatabase

/**
 * Connects when it is first used. The client belongs to Drizzle, which changes how it reads dates.
 *
 * @throws Error saying what is wrong with DATABASE_URL
 */
export function connectDatabase(url: string): Database {
  return connect(url, { ...options, silenceMs, openSocket }).db
}

/** One connection for migrations, which may take longer than any statement of the pool. */
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
