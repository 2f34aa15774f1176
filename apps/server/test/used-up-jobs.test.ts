import postgres from 'postgres'
import { expect, inject, test } from 'vitest'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { startServerProcess } from './support/server-process.ts'

/** In which the queue looks for jobs that are over, at most. */
const intervalSeconds = 60

test('a job that is over is removed from the queue within minutes, not once a day', async () => {
  const database = await createTestDatabase(postgresUrl())
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined, prepare: false })
  const server = await startServerProcess({
    DATABASE_URL: database.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
  })
  await expect.poll(async () => (await fetch(`${server.baseUrl}/readyz`)).status).toBe(200)
  await sql`insert into ingestion_queue.job (name, state, completed_on, deletion_seconds, policy, singleton_key)
    values ('ticket', 'completed', now() - interval '2 minutes', 60, 'exclusive', 'over')`
  // As if the time since it last looked were over.
  await sql`update ingestion_queue.queue
    set maintain_on = now() - make_interval(secs => ${intervalSeconds + 1})`
  await expect.poll(() => sql`select 1 from ingestion_queue.job where singleton_key = 'over'`).toHaveLength(0)
  await server.stop()
  await sql.end()
  await database.drop()
})
