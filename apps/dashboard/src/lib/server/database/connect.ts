import { readFileSync } from 'node:fs'
import { parsePostgresUrl, PostgresUrlError, postgresJsOptions } from '@ingestion-server/core/database'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

const maxConnections = 5

export type Database = PostgresJsDatabase

/**
 * Connects when it is first used. The client belongs to Drizzle, which changes how it reads dates.
 *
 * @throws Error saying what is wrong with DATABASE_URL
 */
export function connectDatabase(url: string): Database {
  try {
    const options = postgresJsOptions(parsePostgresUrl(url), {
      applicationName: 'ingestion-dashboard',
      readFile: (path) => readFileSync(path, 'utf8'),
    })
    return drizzle(postgres({ ...options, max: maxConnections }))
  } catch (error) {
    if (error instanceof PostgresUrlError) throw new Error(`DATABASE_URL ${error.message}`, { cause: error })
    throw error
  }
}
