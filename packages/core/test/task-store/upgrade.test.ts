import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectPostgres, type PostgresConnection } from '../../src/database/index.ts'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { applyIngestionMigrations, checkTaskSchema, migrateTaskStore } from '../../src/tasks/migrate.ts'
import { migrations } from '../../src/tasks/migrations/bundle.ts'
import type { TaskStore } from '../../src/tasks/task-store.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { advance, claim, countsOf, loadOf, longLeaseMs, newTask, someError } from './sample-task.ts'

// The statements of the first release, whose schema is migration 0000, as processes of that release send them.

const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const
const idOf = (status: (typeof statuses)[number]) =>
  `00000000-0000-7000-8000-00000000000${statuses.indexOf(status)}`

let database: TestDatabase
let old: PostgresConnection
let current: PostgresConnection
let store: TaskStore

const run = (text: string) => old.db.execute(sql.raw(text))

const insertTask = (id: string, status: string, values = "'planning', 0, 0, 0, 0, 0, null, null") =>
  run(`insert into ingestion.task (id, model, action, request, index_name, reserve, state, requested_by, status,
      phase, stage, read, indexed, dropped_deleted, failed, planned, finished_at)
    values ('${id}', 'image', 'REINDEX', '{"model":"image","action":"REINDEX"}', 'image-${id}', '["image-${id}"]',
      '{}', 'old', '${status}', ${values})`)

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  old = connectPostgres(database.url, { maxConnections: 1 })
  current = connectPostgres(database.url, { maxConnections: 2 })
  store = createDrizzleTaskStore(current.db)
  await applyIngestionMigrations(old.db, { migrations: migrations.slice(0, 1), table: 'migration' })
  // A database of a release before the column.
  await run('alter table ingestion.migration drop column min_compatible')

  await insertTask(idOf('queued'), 'queued')
  await insertTask(idOf('running'), 'running', "'loading', 1, 10, 7, 0, 3, 20, null")
  await insertTask(idOf('succeeded'), 'succeeded', "'restoring', 5, 20, 19, 1, 0, 20, now()")
  await insertTask(idOf('failed'), 'failed', "'planning', 0, 0, 0, 0, 0, null, now()")
  await insertTask(idOf('cancelled'), 'cancelled', "'planning', 0, 0, 0, 0, 0, null, now()")
  const [queued, running, succeeded] = statuses.map(idOf)
  for (const id of [queued, running])
    await run(`insert into ingestion.reservation values ('image-${id}', '${id}')`)
  await run(`update ingestion.task set error = '${JSON.stringify(someError)}' where status = 'failed'`)
  await run(`insert into ingestion.work_item (task_id, stage, ordinal, payload, checkpoint, done_at)
    values ('${running}', 1, 0, '{"from":"1"}', null, now()), ('${running}', 1, 1, '{"from":"11"}', '{"after":"15"}', null)`)
  await run(`insert into ingestion.failed_document (task_id, document_id, status, reason, body, failed_at)
    values ('${running}', 3, 400, '"no"', '"{}"', now())`)
  await run(`insert into ingestion.index_record (uuid, name, model, documents, as_of, task_id, verified_at)
    values ('uuid-1', 'image-${succeeded}', 'image', 19, now(), '${succeeded}', now())`)

  // Two processes of this release start at once.
  const other = connectPostgres(database.url, { maxConnections: 1 })
  await Promise.all([migrateTaskStore(current.db), migrateTaskStore(other.db)])
  await other.close()
})
afterAll(async () => {
  await Promise.all([old.close(), current.close()])
  await database.drop()
})

it('keeps the tasks of the first release in each state, and continues them', async () => {
  const { tasks } = await store.list({ pageSize: 10 })
  expect(Object.fromEntries(tasks.map(({ id, status }) => [id, status]))).toEqual(
    Object.fromEntries(statuses.map((status) => [idOf(status), status])),
  )
  expect(await store.get(idOf('succeeded'))).toMatchObject({
    counts: { read: 20, indexed: 19, dropped: { deleted: 1 } },
  })
  expect(await store.getIndex('uuid-1')).toMatchObject({ documents: 19 })
  expect(await store.failedDocuments(idOf('running'), { limit: 5 })).toMatchObject([{ id: '3' }])

  const { lease, item } = await claim('item', store, idOf('running'))
  expect(item).toMatchObject({ ordinal: 1, payload: { from: '11' }, checkpoint: { after: '15' } })
  await store.saveProgress(lease, { checkpoint: { after: '20' }, counts: countsOf(10) })
  await store.completeItem(lease, null)
  await advance(store, idOf('running'), { kind: 'finished' })
  expect(await store.get(idOf('running'))).toMatchObject({
    status: 'succeeded',
    counts: { read: 20, indexed: 17, failed: 3 },
  })
  await advance(store, idOf('queued'), loadOf([{ from: '1' }]))
  expect(await store.retry(idOf('failed'))).toMatchObject({ status: 'queued', attempt: 2 })
})

it('works beside processes of the earlier release, whose tasks and whose view of new tasks are whole', async () => {
  const id = '00000000-0000-7000-8000-000000000009'
  await insertTask(id, 'queued')
  const { lease } = await claim('advance', store, id)
  await store.advance(lease, loadOf([{ from: '1' }]))
  const { id: created } = await store.create(newTask())
  expect(
    await run(
      `select id::text, status, phase, read, reserve from ingestion.task where id in ('${id}', '${created}')`,
    ),
  ).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id, status: 'running', phase: 'loading', read: '0' }),
      expect.objectContaining({ id: created, status: 'queued' }),
    ]),
  )
  // The earlier release claims the item, saves its progress and ends the task; the new one reads that.
  await run(`update ingestion.work_item set worker = 'old', attempt = attempt + 1,
    lease_until = now() + ${longLeaseMs} * interval '1 ms' where task_id = '${id}'`)
  expect(await store.claim(id, 'new', longLeaseMs)).toMatchObject({ kind: 'wait' })
  await run(`update ingestion.task set read = read + 5, indexed = indexed + 5 where id = '${id}'`)
  await run(`update ingestion.work_item set done_at = now() where task_id = '${id}'`)
  // Since 0003 a release writes the phase of an item, and 0010 requires it.
  await run(`insert into ingestion.work_item (task_id, stage, ordinal, phase, payload)
    values ('${id}', 2, 0, 'catching_up', '{"from":"1"}')`)
  await run(`update ingestion.task set stage = 2, last_stage = 2, phase = 'catching_up' where id = '${id}'`)
  expect(await claim('item', store, id)).toMatchObject({ item: { ordinal: 0 } })
  expect(await store.get(id)).toMatchObject({ phase: 'catching_up', counts: { indexed: 5 } })
})

it('refuses a release that is too old for the schema, and lets the one before go on', async () => {
  const asRelease = (last: number) =>
    applyIngestionMigrations(old.db, { migrations: migrations.slice(0, last + 1), table: 'migration' })
  const refused = {
    code: 'database_refused',
    message: expect.stringContaining('replace this process by the newer release') as string,
  }
  await expect(asRelease(2)).rejects.toMatchObject(refused)
  expect(await asRelease(3)).toEqual({ unknown: migrations.length - 4 })
  expect(await migrateTaskStore(old.db)).toEqual({ unknown: 0 })

  const next = (migrations.at(-1)?.folderMillis ?? 0) + 1
  const addNext = (needed: string) =>
    run(
      `insert into ingestion.migration (hash, created_at, min_compatible) values ('next', ${next}, ${needed})`,
    )
  await addNext('null')
  await checkTaskSchema(old.db)
  expect(await migrateTaskStore(old.db)).toEqual({ unknown: 1 })
  await addNext(String(next))
  await expect(checkTaskSchema(old.db)).rejects.toMatchObject(refused)
  await expect(migrateTaskStore(old.db)).rejects.toMatchObject(refused)
})
