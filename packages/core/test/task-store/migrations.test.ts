import { readFile } from 'node:fs/promises'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { connectPostgres, inTransaction } from '../../src/database/index.ts'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { applyIngestionMigrations, migrateTaskStore } from '../../src/tasks/migrate.ts'
import { migrations } from '../../src/tasks/migrations/bundle.ts'
import * as history from '../../src/tasks/history-schema.ts'
import * as schema from '../../src/tasks/schema.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { bundleMigrations, findPendingChanges, taskMigrations } from '../../scripts/bundle-migrations.ts'
import { newTask } from './sample-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'

it('bundles the SQL files unchanged (else run pnpm generate-migrations)', async () => {
  expect(await readFile(taskMigrations.bundleFile, 'utf8')).toBe(bundleMigrations(taskMigrations))
})

it('has a migration for every change of the schema (else run pnpm generate-migrations)', async () => {
  expect(await findPendingChanges(taskMigrations, { ...schema, ...history })).toEqual([])
})

it('migrates when several processes start at the same time, and again at the next start', async () => {
  const database = await createTestDatabase(postgresUrl())
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

it('waits a limited time for another process that holds the lock, and migrates once it is released', async () => {
  const database = await createTestDatabase(postgresUrl())
  const [holder, migrator] = [0, 1].map(() => connectPostgres(database.url, { maxConnections: 1 }))
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  try {
    if (!holder || !migrator) throw new Error('there are two connections')
    let isHeld = (): void => undefined
    const held = new Promise<void>((resolve) => (isHeld = resolve))
    const holding = inTransaction(
      holder.db,
      async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(7318645029117402)`)
        isHeld()
        await released
      },
      { idleMs: 60_000, wholeMs: 60_000 },
    )
    await held
    const refused = migrateTaskStore(migrator.db, { lockWaitMs: 200 })
    await expect(refused).rejects.toMatchObject({
      code: 'database_unavailable',
      message: expect.stringContaining('another process holds their lock; waited 0.2 s') as string,
    })
    release()
    await holding
    await migrateTaskStore(migrator.db, { lockWaitMs: 200 })
    expect(await createDrizzleTaskStore(migrator.db).create(newTask())).toMatchObject({ status: 'queued' })
  } finally {
    release()
    await holder?.close()
    await migrator?.close()
    await database.drop()
  }
})

it('corrects the counts and totals of tasks that ended before', async () => {
  const database = await createTestDatabase(postgresUrl())
  const connection = connectPostgres(database.url, { maxConnections: 1 })
  const before = migrations.findIndex((migration) => migration.sql.join().includes('"dropped_sensitive"'))
  const filter = 'CREATE_AND_POPULATE_FILTERED_INDEX'
  const ids = ['1', '2', '3'].map((end) => `00000000-0000-7000-8000-00000000000${end}`)
  const insert = (id: string | undefined, action: string, values: string) =>
    connection.db.execute(
      sql.raw(`insert into ingestion.task (id, model, action, request, index_name, reserve, state, status,
        read, indexed, failed, catch_up_indexed, catch_up_deleted, catch_up_failed)
        values ('${id}', 'image', '${action}', '{}', 'image-a', '[]', '{}', ${values})`),
    )
  try {
    const earlier = migrations.slice(0, before)
    await applyIngestionMigrations(connection.db, { migrations: earlier, table: 'migration' })
    // Three were refused and one was written later; one was filtered; one is still running.
    await insert(ids[0], 'REINDEX', `'succeeded', 105, 102, 3, 1, 0, 9`)
    await insert(ids[1], filter, `'succeeded', 48725, 48725, 0, 0, 21594, 0`)
    await insert(ids[2], 'REINDEX', `'running', 10, 7, 3, 0, 0, 0`)
    for (const [document, resolved] of Object.entries({ 1: 'now()', 2: 'null', 3: 'null' }))
      await connection.db.execute(
        sql.raw(`insert into ingestion.failed_document values
          ('${ids[0]}', ${document}, 400, '"no"', '"{}"', now(), ${resolved})`),
      )
    await connection.db.execute(
      sql.raw(`insert into ingestion.task_total (action, status, tasks, read, indexed, failed, catch_up_deleted)
        values ('REINDEX', 'succeeded', 1, 105, 102, 3, 0), ('${filter}', 'succeeded', 1, 48725, 48725, 0, 21594)`),
    )
    await migrateTaskStore(connection.db)
    const store = createDrizzleTaskStore(connection.db)
    const dropped = { deleted: 0, removed_from_source: 0 }
    const expected = [
      { read: 105, indexed: 103, dropped, failed: 2 },
      { read: 48_725, indexed: 27_131, dropped: { ...dropped, sensitive: 21_594 }, failed: 0 },
    ]
    expect(await store.get(String(ids[0]))).toMatchObject({ counts: expected[0], catchUp: { failed: 0 } })
    expect(await store.get(String(ids[1]))).toMatchObject({ counts: expected[1], catchUp: { deleted: 0 } })
    expect(await store.get(String(ids[2]))).toMatchObject({ counts: { indexed: 7, failed: 3 } })
    const { totals } = await store.statistics()
    const ended = totals.filter(({ status }) => status === 'succeeded')
    expect(ended.map(({ counts }) => counts)).toEqual(expect.arrayContaining(expected))
  } finally {
    await connection.close()
    await database.drop()
  }
})
