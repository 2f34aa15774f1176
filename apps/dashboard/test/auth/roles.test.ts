import { startPostgres } from '@ingestion-server/local-services'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { connectDatabase, migrateDatabase } from '../../src/lib/server/database/index.ts'

test("a role that owns schema dashboard but can't create schemas sets up its tables at every start", async () => {
  // Roles belong to a whole cluster, so this test has its own.
  const running = await startPostgres({ durable: false })
  const admin = postgres(running.url, { max: 1, onnotice: () => undefined })
  const url = new URL(running.url)
  url.username = 'ingestion_tasks'
  const db = connectDatabase(url.href)
  try {
    await admin`create role ingestion_tasks login`
    await admin`revoke all on database catalog from public`
    await admin`grant connect on database catalog to ingestion_tasks`
    await expect(migrateDatabase(db)).rejects.toThrow('CREATE SCHEMA dashboard AUTHORIZATION')
    await admin`create schema dashboard authorization ingestion_tasks`
    await migrateDatabase(db)
    await migrateDatabase(db)
    expect(await db.execute(`select count(*)::int as users from dashboard.user`)).toEqual([{ users: 0 }])
  } finally {
    await (db as typeof db & { $client: { end(): Promise<void> } }).$client.end()
    await admin.end()
    await running.stop()
  }
})
