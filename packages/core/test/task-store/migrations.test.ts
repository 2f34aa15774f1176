import { readFile } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { expect, inject, it } from 'vitest'
import { connectPostgres } from '../../src/rows/index.ts'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { migrateTaskStore } from '../../src/tasks/migrate.ts'
import { migrations } from '../../src/tasks/migrations/bundle.ts'
import * as history from '../../src/tasks/history-schema.ts'
import * as schema from '../../src/tasks/schema.ts'
import { createTestDatabase } from '../test-database.ts'
import { bundleMigrations, findPendingChanges, taskMigrations } from './bundle-migrations.ts'
import { newTask } from './sample-task.ts'

it('bundles the SQL files as they are (else run bundle-migrations.ts)', async () => {
  expect(await readFile(taskMigrations.bundleFile, 'utf8')).toBe(bundleMigrations(taskMigrations))
})

it('has a migration for everything in the schema (else run drizzle-kit generate)', async () => {
  expect(await findPendingChanges(taskMigrations, { ...schema, ...history })).toEqual([])
})

it('migrates when several processes start at the same time, and again at the next start', async () => {
  const database = await createTestDatabase(inject('postgresUrl'))
  const processes = Array.from({ length: 4 }, () => connectPostgres(database.url, { maxConnections: 1 }))
  try {
    await Promise.all(processes.map(({ db }) => migrateTaskStore(db)))
    await Promise.all(processes.map(({ db }) => migrateTaskStore(db)))
    const [first] = processes
    const applied = await first?.db.execute(sql`select hash from ingestion.migration order by id`)
    expect(applied).toEqual(migrations.map(({ hash }) => ({ hash })))
    const store = first && createDrizzleTaskStore(first.db)
    expect(await store?.create(newTask())).toMatchObject({ status: 'queued' })
  } finally {
    await Promise.all(processes.map(({ close }) => close()))
    await database.drop()
  }
})
