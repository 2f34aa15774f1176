import { sql } from 'drizzle-orm'
import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import {
  connectPostgres,
  inTransaction,
  type PostgresConnection,
  type Transaction,
} from '../../src/database/index.ts'
import { createDrizzleTaskStore, defineModel, migrateTaskStore } from '../../src/index.ts'
import { readId } from '../../src/documents/index.ts'
import { estimateRows, readPage } from '../../src/rows/index.ts'
import { createTestDatabase, setDefaults, type TestDatabase } from '../support/test-database.ts'
import { claim, countsOf, getTask, newTask, startLoad } from '../task-store/sample-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { until } from '../support/until.ts'

const columns = {
  id: integer('id').primaryKey(),
  identifier: uuid('identifier').notNull(),
  updatedOn: timestamp('updated_on', { withTimezone: true, mode: 'string' }),
  removedFromSource: boolean('removed_from_source'),
  title: text('title'),
}
const table = pgTable('slow', columns)
/** A row takes 2 ms. */
const model = defineModel({
  name: 'slow',
  table,
  copied: { title: sql`slowly(${table.title})` },
  properties: { title: { type: 'text' } },
})

const rows = 600
let database: TestDatabase
let connection: PostgresConnection

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  const maker = connectPostgres(database.url, { maxConnections: 1 })
  await migrateTaskStore(maker.db)
  await maker.db.execute(sql`create function slowly(text) returns text language plpgsql volatile as
    $$ begin perform pg_sleep(0.002); return $1; end $$`)
  await maker.db
    .execute(sql`create table slow (id int primary key, identifier uuid not null default gen_random_uuid(),
    updated_on timestamptz, removed_from_source boolean, title text)`)
  for (const name of ['api_deletedslow', 'api_matureslow'])
    await maker.db.execute(
      sql`create table ${sql.identifier(name)} (identifier uuid primary key, created_on timestamptz)`,
    )
  await maker.db.execute(
    sql`insert into slow (id, title) select id, 'title ' || id from generate_series(1, ${rows}::int) id`,
  )
  await maker.close()
  await setDefaults(postgresUrl(), database.url, {
    statement_timeout: '300ms',
    lock_timeout: '50ms',
    idle_in_transaction_session_timeout: '2s',
  })
  connection = connectPostgres(database.url)
})
afterAll(async () => {
  await connection.close()
  await database.drop()
})

/** For the test's own statements. */
const withoutTimeouts = <Result>(work: (tx: Transaction) => Promise<Result>) =>
  inTransaction(connection.db, work, { idleMs: 600_000, wholeMs: 600_000 })

it('reads every row once and in order, in as many pages as statement_timeout requires', async () => {
  const ids: bigint[] = []
  let after: bigint | null = null
  let pages = 0
  for (let isLast = false; !isLast; pages++) {
    const range = { after, end: BigInt(rows) }
    const page = await readPage(
      connection.db,
      model,
      { range, limit: rows },
      (row) => void ids.push(readId(row)),
    )
    after = page.readUpTo
    isLast = page.isLast
  }
  expect(ids).toEqual(Array.from({ length: rows }, (_, place) => BigInt(place + 1)))
  expect(pages).toBeGreaterThan(2)
})

it("uses the estimate of Postgres for a table that can't be counted in time", async () => {
  await withoutTimeouts((tx) =>
    tx.execute(sql`create view counted as select id, title from slow where slowly(title) <> ''`),
  )
  const counted = { ...model, table: pgTable('counted', columns) }
  expect(await estimateRows(connection.db, counted)).toBeGreaterThan(0)
})

it('waits for a lock in the store for longer than lock_timeout of the database', async () => {
  const store = createDrizzleTaskStore(connection.db)
  const { id } = await startLoad(store, ['a'])
  const { lease } = await claim('item', store, id)
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  onTestFinished(() => release.resolve())
  const holding = withoutTimeouts(async (tx) => {
    await tx.execute(sql`select from ingestion.task where id = ${id} for update`)
    locked.resolve()
    await release.promise
  })
  await Promise.race([locked.promise, holding])
  const saving = store.saveProgress(lease, { checkpoint: 1, counts: countsOf(3) })
  let isOver = false
  void saving.catch(() => undefined).finally(() => (isOver = true))
  // Until it has waited for the lock three times as long as lock_timeout.
  const waitedMs = async () => {
    const [row] = await withoutTimeouts((tx) =>
      tx.execute(sql`select coalesce(max(extract(epoch from clock_timestamp() - state_change) * 1000), 0)::int as ms
        from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    )
    return Number(row?.['ms'])
  }
  await until('a save that waits for the lock', async () => isOver || (await waitedMs()) >= 150)
  release.resolve()
  await holding
  await saving
  expect(await getTask(store, id)).toMatchObject({ counts: countsOf(3) })
})

it('sets the timeouts that its own transactions need', async () => {
  const slept = await inTransaction(connection.db, (tx) =>
    tx.execute(sql`select pg_sleep(0.5)::text as slept`),
  )
  expect(slept).toEqual([{ slept: '' }])
  expect(await createDrizzleTaskStore(connection.db).create(newTask())).toMatchObject({ status: 'queued' })
})
