import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connectPostgres, migrateTaskStore, type PostgresConnection } from '@ingestion-server/core'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  bundleMigrations,
  findPendingChanges,
  migrationFolder,
} from '@ingestion-server/core/scripts/bundle-migrations.ts'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { createDrizzleTokenStore, migrateTokenStore } from '../src/auth/drizzle-token-store.ts'
import * as schema from '../src/auth/schema.ts'
import { describeTokenStore } from './support/token-store-conformance.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const folder = migrationFolder(join(import.meta.dirname, '../src/auth/migrations'))
let database: TestDatabase
let connection: PostgresConnection

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  connection = connectPostgres(database.url)
})

afterAll(async () => {
  await connection.close()
  await database.drop()
})

test('its migrations run beside those of the tasks, before or after them, and again at the next start', async () => {
  await migrateTokenStore(connection.db)
  await migrateTaskStore(connection.db)
  await Promise.all([migrateTokenStore(connection.db), migrateTokenStore(connection.db)])
  expect(await createDrizzleTokenStore(connection.db).list()).toEqual([])
})

test('a token of an earlier release, which keeps no prefix, has none', async () => {
  await connection.db.execute(
    sql`insert into ingestion.token (id, name, sha256, scopes) values (gen_random_uuid(), 'old', 'x', 'read')`,
  )
  expect(await createDrizzleTokenStore(connection.db).list()).toMatchObject([{ name: 'old', prefix: null }])
  await connection.db.execute(sql`delete from ingestion.token`)
})

test('its SQL files are bundled unchanged (else run pnpm generate-migrations)', async () => {
  expect(await readFile(folder.bundleFile, 'utf8')).toBe(bundleMigrations(folder))
})

test('it has a migration for every change of the schema (else run pnpm generate-migrations)', async () => {
  expect(await findPendingChanges(folder, schema)).toEqual([])
})

describeTokenStore('drizzle token store', async () => {
  await migrateTokenStore(connection.db)
  await connection.db.execute(sql`delete from ingestion.token`)
  return createDrizzleTokenStore(connection.db)
})
