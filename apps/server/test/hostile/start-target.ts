import { once } from 'node:events'
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
    // A server that keeps memory for each request would exceed this limit. The inspector collects garbage.
    NODE_OPTIONS: '--max-old-space-size=256 --inspect=127.0.0.1:0',
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

/** MB that the server's process uses, without garbage. */
export async function readUsedMb(server: ServerProcess): Promise<number> {
  const [url = ''] = /ws:\S+/.exec(server.log()) ?? []
  const inspector = new WebSocket(url)
  await once(inspector, 'open')
  const call = async (method: string, params: object = {}) => {
    inspector.send(JSON.stringify({ id: 1, method, params }))
    const [{ data }] = (await once(inspector, 'message')) as [{ data: string }]
    return (JSON.parse(data) as { result: { result: { value: NodeJS.MemoryUsage } } }).result
  }
  try {
    await call('HeapProfiler.collectGarbage')
    const read = { expression: 'process.memoryUsage()', returnByValue: true }
    const { heapUsed, external } = (await call('Runtime.evaluate', read)).result.value
    return (heapUsed + external) / 1024 ** 2
  } finally {
    inspector.close()
  }
}
