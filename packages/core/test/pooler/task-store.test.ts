import { startPgBouncer, type RunningPgBouncer } from '@ingestion-server/local-services'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectPostgres, type PostgresConnection } from '../../src/database/index.ts'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { migrateTaskStore } from '../../src/tasks/migrate.ts'
import { createTestDatabase, type TestDatabase, tasksRole } from '../support/test-database.ts'
import { newTask } from '../task-store/sample-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let database: TestDatabase
let pooler: RunningPgBouncer
/** Simulates separate processes: each has its own connections to the pooler. */
let connections: PostgresConnection[]

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  pooler = await startPgBouncer({ postgresUrl: database.url, poolSize: 3, users: [tasksRole] })
  connections = Array.from({ length: 3 }, () => connectPostgres(pooler.url))
  await Promise.all(connections.map(({ db }) => migrateTaskStore(db)))
})

afterAll(async () => {
  await Promise.all(connections.map(({ close }) => close()))
  await pooler.stop()
  await database.drop()
})

it('every confirmed task is stored, with more clients than server connections', async () => {
  const stores = connections.map(({ db }) => createDrizzleTaskStore(db))
  const created = await Promise.all(
    Array.from({ length: 180 }, async (_, place) => stores[place % stores.length]?.create(newTask())),
  )
  const direct = connectPostgres(database.url)
  try {
    const [row] = await direct.db.execute(sql`select count(*)::int as tasks from ingestion.task`)
    expect(row).toEqual({ tasks: created.length })
  } finally {
    await direct.close()
  }
})
