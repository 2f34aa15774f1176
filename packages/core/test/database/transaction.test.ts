import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectPostgres, inTransaction, type PostgresConnection } from '../../src/database/index.ts'
import { DatabaseUnavailableError } from '../../src/errors.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'
import { postgresUrl } from '../support/postgres-url.ts'

let database: TestDatabase
let connection: PostgresConnection

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
  connection = connectPostgres(database.url)
  await connection.db.execute(sql`create table stored (id int primary key)`)
})

afterAll(async () => {
  await connection.close()
  await database.drop()
})

const stored = async () => [...(await connection.db.execute(sql`select id from stored order by id`))]

describe('a commit that Postgres turns into a ROLLBACK', () => {
  it('is an error that names what aborted the transaction', async () => {
    const work = inTransaction(connection.db, async (tx) => {
      await tx.execute(sql`insert into stored values (1)`)
      await tx.execute(sql`select 1 / 0`).catch(() => undefined)
      return 'done'
    })
    const error = await work.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DatabaseUnavailableError)
    expect(error).toMatchObject({ cause: { code: '22012' } })
    expect(await stored()).toEqual([])
  })

  it('is an error even if no statement failed for the driver', async () => {
    const work = inTransaction(connection.db, async (tx) => {
      await tx.execute(sql`insert into stored values (2)`)
      // A statement that succeeds for the driver aborts the transaction and rolls it back.
      await tx.execute(sql`rollback and chain`)
      await tx.execute(sql`savepoint here`)
      await tx.execute(sql`select 1 / 0`).catch(() => undefined)
    })
    await expect(work).rejects.toThrow(DatabaseUnavailableError)
    expect(await stored()).toEqual([])
  })
})

it('succeeds if the failed statement was inside a savepoint that was rolled back', async () => {
  const result = await inTransaction(connection.db, async (tx) => {
    await tx.execute(sql`insert into stored values (3)`)
    await tx.transaction((inner) => inner.execute(sql`select 1 / 0`)).catch(() => undefined)
    return 'done'
  })
  expect(result).toBe('done')
  expect(await stored()).toEqual([{ id: 3 }])
})

it('reads one snapshot in mode repeatable read', async () => {
  const counts = await inTransaction(
    connection.db,
    async (tx) => {
      const count = async () => (await tx.execute(sql`select count(*)::int as rows from stored`))[0]?.['rows']
      const before = await count()
      await connection.db.execute(sql`insert into stored values (4)`)
      return [before, await count()]
    },
    { mode: 'repeatable read read only' },
  )
  expect(counts[0]).toBe(counts[1])
})

it('leaves no transaction open, and no timeouts for later statements of the connection', async () => {
  const single = connectPostgres(database.url, { maxConnections: 1 })
  try {
    const inside = await inTransaction(single.db, async (tx) =>
      tx.execute(sql`select pg_backend_pid() as pid, now() as began`),
    )
    const [after] = await single.db.execute(sql`
      select pg_backend_pid() as pid, current_setting('idle_in_transaction_session_timeout') as idle,
        (select state from pg_stat_activity where pid = pg_backend_pid()) as state, now() as began`)
    expect(after).toMatchObject({ pid: inside[0]?.['pid'], idle: '0', state: 'active' })
    expect(after?.['began']).not.toBe(inside[0]?.['began'])
  } finally {
    await single.close()
  }
})

describe('a connection that Postgres ends during a transaction', () => {
  it('rejects the transaction and every later statement of it, and affects no other transaction', async () => {
    const single = connectPostgres(database.url, { maxConnections: 1 })
    try {
      for (let round = 0; round < 20; round++) {
        const late = Promise.withResolvers<unknown>()
        const lost = inTransaction(single.db, async (tx) => {
          const [row] = await tx.execute(sql`select pg_backend_pid() as pid`)
          await connection.db.execute(sql`select pg_terminate_backend(${row?.['pid']}::int)`)
          await outcome.catch(() => undefined)
          // The connection may belong to another transaction by now.
          await single.db.execute(sql`select 1`)
          late.resolve(await tx.execute(sql`insert into stored values (5)`).catch((error: unknown) => error))
        })
        const outcome = lost
        await expect(lost).rejects.toThrow()
        expect(await late.promise).toBeInstanceOf(Error)
      }
      expect(await stored()).not.toContainEqual({ id: 5 })
    } finally {
      await single.close(1)
    }
  })
})
