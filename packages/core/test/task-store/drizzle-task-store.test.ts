import { and, eq, inArray, sql, type SQL } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDrizzleTaskStore } from '../../src/tasks/drizzle-task-store.ts'
import { inTransaction } from '../../src/tasks/drizzle/transaction.ts'
import { maxRatePoints, spreadDocuments } from '../../src/tasks/rates.ts'
import { migrateTaskStore } from '../../src/tasks/migrate.ts'
import { task, workItem } from '../../src/tasks/schema.ts'
import type { Lease, TaskStore } from '../../src/tasks/task-store.ts'
import { DatabaseUnavailableError, LeaseLostError } from '../../src/errors.ts'
import { connectPostgres, type PostgresConnection } from '../../src/database/index.ts'
import { startStallingProxy } from '../support/stalling-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { describeTaskStore } from './conformance.ts'
import {
  advance,
  claim,
  countsOf,
  failedRow,
  getTask,
  loadOf,
  newTask,
  someError,
  startLoad,
  uniqueName,
  unknownId,
} from './sample-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let database: TestDatabase
let connection: PostgresConnection

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  connection = connectPostgres(database.url)
  await migrateTaskStore(connection.db)
})

afterAll(async () => {
  await connection.close()
  await database.drop()
})

describeTaskStore('drizzle task store', () => createDrizzleTaskStore(connection.db), {
  async changeTimes(models) {
    // Times that differ by microseconds only, each of several tasks.
    const micros = sql`(hashtext(${task.id}::text) & 3) * interval '1 microsecond'`
    await connection.db
      .update(task)
      .set({ createdAt: sql`'2026-01-01 00:00:00.123456+00'::timestamptz + ${micros}` })
      .where(inArray(task.model, [...models]))
    await connection.db
      .update(task)
      .set({ startedAt: sql`${task.startedAt} - interval '1 hour'` })
      .where(and(inArray(task.model, [...models]), eq(task.status, 'running')))
  },
})

async function withClient<Result>(
  options: postgres.Options<Record<string, never>>,
  use: (db: PostgresJsDatabase) => Promise<Result>,
): Promise<Result> {
  const client = postgres(database.url, { onnotice: () => undefined, prepare: false, ...options })
  try {
    return await use(drizzle(client))
  } finally {
    // postgres.js 3.4 waits for a statement whose connection was lost until the next one over it.
    await client.end({ timeout: 1 })
  }
}

it('returns times in UTC with all microseconds, in any time zone of the connection', async () => {
  const asOf = '2026-06-30T22:30:00.123457Z'
  const store = createDrizzleTaskStore(connection.db)
  const { id } = await store.create(newTask())
  const planning = await claim('advance', store, id)
  const utc = await store.advance(planning.lease, loadOf([], { asOf }))
  expect(utc.asOf).toBe(asOf)
  for (const TimeZone of ['Asia/Kolkata', 'America/St_Johns', 'UTC']) {
    await withClient({ connection: { TimeZone } }, async (db) => {
      expect(await createDrizzleTaskStore(db).get(id)).toEqual(utc)
    })
  }
})

it('works over a single connection', async () => {
  await withClient({ max: 1 }, async (db) => {
    const store = createDrizzleTaskStore(db)
    const { id } = await startLoad(store, ['a', 'b'])
    const [one, other] = [await claim('item', store, id), await claim('item', store, id)]
    await Promise.all([
      store.saveProgress(one.lease, { checkpoint: 1, counts: countsOf(1) }),
      store.saveProgress(other.lease, { checkpoint: 1, counts: countsOf(2) }),
      store.renew(one.lease, 1_000),
    ])
    expect(await getTask(store, id)).toMatchObject({ counts: countsOf(3) })
  })
})

it('skips an item whose lease is being renewed at the same moment', async () => {
  const store = createDrizzleTaskStore(connection.db)
  const { id } = await startLoad(store, ['a'])
  await claim('item', store, id, 0)
  await connection.db.transaction(async (tx) => {
    await tx
      .update(workItem)
      .set({ worker: 'still here' })
      .where(sql`${workItem.taskId} = ${id}`)
    expect(await store.claim(id, 'worker-2', 1_000)).toEqual({ kind: 'wait', forMs: 50 })
  })
})

it('locks the task of a page by one statement, right before the commit', async () => {
  const statements: string[] = []
  await withClient({ max: 1, debug: (_, query) => statements.push(query) }, async (db) => {
    const store = createDrizzleTaskStore(db)
    const { id } = await startLoad(store, ['a'])
    const { lease } = await claim('item', store, id)
    for (const use of [
      () => store.saveProgress(lease, { checkpoint: 1, counts: countsOf(7) }),
      () => store.completeItem(lease, null),
    ]) {
      statements.length = 0
      await use()
      const first = statements.findIndex((text) => text.includes('"ingestion"."task"'))
      expect(statements[first]).toContain('"ingestion"."task_rate"')
      expect(statements[first + 1]).toBe('commit and chain')
    }
  })
})

it('writes failed documents before it locks the task', async () => {
  const statements: string[] = []
  await withClient({ max: 1, debug: (_, query) => statements.push(query) }, async (db) => {
    const store = createDrizzleTaskStore(db)
    const { id } = await startLoad(store, ['a'])
    const { lease } = await claim('item', store, id)
    for (const progress of [
      { counts: countsOf(7, { failed: 2 }), failed: [failedRow('1'), failedRow('2')] },
      { resolved: ['1'] },
      { failed: [failedRow('1')], resolved: ['2'] },
    ]) {
      statements.length = 0
      await store.saveProgress(lease, { checkpoint: 1, ...progress })
      const documents = statements.findLastIndex((text) => text.includes('"ingestion"."failed_document"'))
      const locking = statements.findIndex((text) => /update "ingestion"."task"|for no key update/.test(text))
      expect(documents).toBeLessThan(locking)
      expect(statements[locking + 1]).toBe('commit and chain')
    }
    expect((await getTask(store, id)).counts).toEqual(countsOf(7, { failed: 1 }))
  })
})

async function untilBlocked(statements = 1): Promise<void> {
  const blocked = sql`select from pg_stat_activity
    where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`
  await expect
    .poll(() => connection.db.execute(blocked), { message: 'blocked statements' })
    .toHaveLength(statements)
}

describe('a page whose failed documents another transaction holds', () => {
  const openSave = async (meanwhile: (store: TaskStore, id: string, other: Lease) => Promise<void>) => {
    const store = createDrizzleTaskStore(connection.db)
    const { id } = await startLoad(store, ['a', 'b'])
    const [{ lease }, other] = [await claim('item', store, id), await claim('item', store, id)]
    await store.saveProgress(lease, {
      checkpoint: 1,
      counts: countsOf(3, { failed: 1 }),
      failed: [failedRow('1')],
    })
    const { saving } = await connection.db.transaction(async (tx) => {
      await tx.execute(sql`select from ingestion.failed_document where task_id = ${id} for update`)
      const saving = store.saveProgress(lease, { checkpoint: 2, resolved: ['1'] }).then(
        () => 'saved',
        (error: Error) => error,
      )
      await untilBlocked()
      await meanwhile(store, id, other.lease)
      return { saving }
    })
    return { result: await saving, task: await getTask(store, id), store }
  }

  it('lets other workers of the task save theirs', async () => {
    const { result, task } = await openSave(async (store, id, other) => {
      await store.saveProgress(other, { checkpoint: 1, counts: countsOf(5) })
      expect(await getTask(store, id)).toMatchObject({ counts: countsOf(8, { failed: 1 }) })
    })
    expect(result).toBe('saved')
    expect(task.counts).toEqual(countsOf(8))
  })

  it('is refused and resolves nothing if the task has ended meanwhile', async () => {
    const { result, task, store } = await openSave((store, _, other) => store.fail(other, someError))
    expect(result).toBeInstanceOf(LeaseLostError)
    expect(task.counts).toEqual(countsOf(3, { failed: 1 }))
    expect(await store.countFailedDocuments(task.id)).toBe(1)
  })

  it('does not deadlock with a retry that removes them', async () => {
    let retrying: Promise<unknown> | undefined
    const { result, task, store } = await openSave(async (store, id) => {
      await store.cancel(id)
      await advance(store, id, { kind: 'cancelled' })
      retrying = store.retry(id)
      await untilBlocked(2)
    })
    await retrying
    expect(result).toBeInstanceOf(LeaseLostError)
    expect(await store.countFailedDocuments(task.id)).toBe(0)
  })
})

describe('a page that is saved while another transaction holds its item', () => {
  const openSave = async (meanwhile: (id: string) => SQL) => {
    const store = createDrizzleTaskStore(connection.db)
    const { id } = await startLoad(store, ['a'])
    const { lease } = await claim('item', store, id, 0)
    const saved = await connection.db.transaction(async (tx) => {
      await tx.execute(meanwhile(id))
      const saving = store.saveProgress(lease, { checkpoint: 1, counts: countsOf(7) }).then(
        () => 'saved',
        (error: Error) => error,
      )
      await untilBlocked()
      return { saving }
    })
    return { result: await saved.saving, counts: (await getTask(store, id)).counts }
  }

  it('continues if its holder only renewed the lease', async () => {
    const renewed = await openSave(
      (id) => sql`update ${workItem} set lease_until = now() + interval '1 hour' where task_id = ${id}`,
    )
    expect(renewed).toEqual({ result: 'saved', counts: countsOf(7) })
  })

  it('is refused and counts nothing if another worker took the item over', async () => {
    const { result, counts } = await openSave(
      (id) => sql`update ${workItem} set attempt = attempt + 1 where task_id = ${id}`,
    )
    expect(result).toBeInstanceOf(LeaseLostError)
    expect(counts).toEqual(countsOf(0))
  })
})

/** Longer than a machine under load takes to lock a row. */
const frozenMs = 3_000

describe('a process that froze during a transaction', () => {
  it.each([
    { moment: 'between two statements', limits: { idleMs: frozenMs, wholeMs: 600_000 } },
    { moment: 'in the middle of one', limits: { idleMs: 600_000, wholeMs: frozenMs } },
  ])('$moment keeps no lock', async ({ moment, limits }) => {
    const { id } = await createDrizzleTaskStore(connection.db).create(newTask())
    const lockRow = sql`select from ${task} where ${task.id} = ${id} for update`
    const proxy = await startStallingProxy(database.url)
    try {
      await withClient({ host: '127.0.0.1', port: proxy.port, max: 1 }, async (db) => {
        const locked = Promise.withResolvers<void>()
        const frozen = inTransaction(
          db,
          async (tx) => {
            await tx.execute(lockRow)
            proxy.stall(moment === 'in the middle of one' ? 'within a statement' : 'at once')
            locked.resolve()
            await tx.execute(sql`select ${1}::int`)
          },
          limits,
        )
        const failed = expect(frozen).rejects.toThrow('CONNECTION_CLOSED')
        // It may be too late already, and then fails with the reason.
        await Promise.race([locked.promise, frozen])
        await connection.db.execute(lockRow)
        await failed
      })
    } finally {
      await proxy.stop()
    }
  })

  it('has timeouts of seconds, not hours', async () => {
    const [row] = await inTransaction(connection.db, (tx) =>
      tx.execute(sql`select current_setting('idle_in_transaction_session_timeout') as idle,
        current_setting('transaction_timeout') as whole`),
    )
    expect(row).toEqual({ idle: '10s', whole: '30s' })
  })
})

it('releases the lock of a model whose connection was lost, and continues on another connection', async () => {
  await withClient({ max: 2 }, async (db) => {
    const store = createDrizzleTaskStore(db)
    const model = uniqueName()
    const move = { alias: model, model, from: [], to: null, taskId: unknownId }
    let stale: Promise<unknown> | undefined
    const losing = store.withModelLock(model, 1_000, (lock) => {
      stale = (async () => {
        await lock.recordAliasMove(move)
        await db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`)
        await losing.catch(() => undefined)
        // Its connection has another user by now, which would seem to hold the lock.
        await Promise.all([1, 2, 3].map(() => db.execute(sql`select 1`)))
        await lock.assertHeld()
      })()
      return stale
    })
    await expect(losing).rejects.toThrow('CONNECTION_CLOSED')
    await expect(stale).rejects.toThrow(DatabaseUnavailableError)
    expect(await store.lastAliasMove(model)).toBe(null)
  })
})

it('doubles the interval of the rate points of a task when they become too many', async () => {
  const store = createDrizzleTaskStore(connection.db)
  const { id } = await startLoad(store, ['a'])
  const { lease } = await claim('item', store, id)
  await connection.db.execute(
    sql`insert into ingestion.task_rate
      select ${id}::uuid, to_timestamp(1_000_000 + n * 5), 7 from generate_series(1, ${maxRatePoints}::int) n`,
  )
  await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(3) })
  const rates = await store.rates(id)
  expect(rates.length).toBeLessThanOrEqual(maxRatePoints / 2 + 2)
  expect(rates.reduce((sum, { documents }) => sum + documents, 0)).toBe(maxRatePoints * 7 + 3)
  for (const { at, seconds } of rates) {
    expect(seconds).toBe(10)
    expect(Date.parse(at) % 10_000).toBe(0)
  }
  await store.saveProgress(lease, { checkpoint: 2, counts: countsOf(2) })
  const after = await store.rates(id)
  expect(after.reduce((sum, { documents }) => sum + documents, 0)).toBe(maxRatePoints * 7 + 5)
})

/** Milliseconds since the epoch. */
async function readClock(): Promise<number> {
  const [row] = await connection.db.execute<{ ms: number }>(
    sql`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`,
  )
  return row?.ms ?? NaN
}

/** Documents of the points up to the one that starts at a time. */
const sumUpTo = (last: number, points: ReadonlyMap<number, number>) =>
  [...points].reduce((sum, [at, documents]) => (at <= last ? sum + documents : sum), 0)

it('spreads the documents of a save over the time since the one before, as the function does', async () => {
  const store = createDrizzleTaskStore(connection.db)
  const cases = [
    { seconds: 3, documents: 1_001, documentsPerSecond: null },
    { seconds: 31, documents: 1_001, documentsPerSecond: null },
    { seconds: 31, documents: 8_003, documentsPerSecond: 400 },
    { seconds: 0, documents: 5, documentsPerSecond: 400 },
  ]
  for (const { seconds: ago, documents, documentsPerSecond } of cases) {
    const { id } = await startLoad(store, ['a'])
    const { lease } = await claim('item', store, id)
    if (documentsPerSecond !== null) await store.setLimits(id, { documentsPerSecond })
    const [since] = await connection.db.execute<{ ms: number }>(
      sql`update ingestion.work_item set progress_at = clock_timestamp() - ${ago} * interval '1 second'
        where task_id = ${id} returning extract(epoch from progress_at)::float8 * 1000 as ms`,
    )
    const earliest = await readClock()
    await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(documents) })
    const latest = await readClock()
    const spreadUntil = (until: number) =>
      spreadDocuments({ documents, documentsPerSecond, seconds: 5, since: since?.ms ?? NaN, until })
    const rates = new Map((await store.rates(id)).map((rate) => [Date.parse(rate.at), rate.documents]))
    // The later the save, the fewer documents were processed by the end of a point. One more or less by rounding.
    const [most, least] = [spreadUntil(earliest), spreadUntil(latest)]
    for (const at of [...rates.keys(), ...most.keys(), ...least.keys()]) {
      expect(sumUpTo(at, rates)).toBeGreaterThanOrEqual(sumUpTo(at, least) - 1)
      expect(sumUpTo(at, rates)).toBeLessThanOrEqual(sumUpTo(at, most) + 1)
    }
    expect(sumUpTo(Infinity, rates)).toBe(documents)
  }
})

it('has a constraint in Postgres that refuses counts with unaccounted rows', async () => {
  const { id } = await createDrizzleTaskStore(connection.db).create(newTask())
  const change = connection.db
    .update(task)
    .set({ read: 1 })
    .where(sql`${task.id} = ${id}`)
  await expect(change.execute()).rejects.toMatchObject({ cause: { constraint_name: 'task_counts_balance' } })
})
