import { inject } from 'vitest'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'

export interface Target {
  server: ServerProcess
  databaseUrl: string
  stop(): Promise<void>
}

/** A server whose database has no tables of a catalog: tasks fail soon, and write to no index. */
export async function startTarget(token: string): Promise<Target> {
  const database = await createTestDatabase(postgresUrl())
  const server = await startServerProcess({
    DATABASE_URL: database.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
    API_TOKEN: token,
    // A server that keeps memory for each request would exceed this limit.
    NODE_OPTIONS: '--max-old-space-size=256',
  })
  return {
    server,
    databaseUrl: database.url,
    async stop() {
      await server.stop()
      await database.drop()
    },
  }
}
