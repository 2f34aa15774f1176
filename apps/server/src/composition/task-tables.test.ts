import { DatabaseRefusedError, DatabaseUnavailableError } from '@ingestion-server/core'
import { createManualClock, settle } from '@ingestion-server/core/testing/manual-clock.ts'
import { expect, test, vi } from 'vitest'
import { createJsonLogger } from '../observability/log.ts'
import { createTaskTables } from './task-tables.ts'

const checkSchema = () => Promise.resolve()
const log = createJsonLogger({ level: 'silent', write: () => undefined, now: () => new Date() })

test('setup is retried until it succeeds, and until then the database counts as unavailable', async () => {
  const { clock, slept } = createManualClock({ endsAtOnce: () => true })
  const migrate = vi.fn<() => Promise<void>>().mockResolvedValue()
  for (let n = 0; n < 7; n++) migrate.mockRejectedValueOnce(new Error('connect ECONNREFUSED'))
  const tables = createTaskTables({ migrate, checkSchema, clock, log, random: () => 1 })

  const setUp = tables.setUp(new AbortController().signal)
  await expect(tables.assertReady()).rejects.toThrow(DatabaseUnavailableError)
  expect(await setUp).toBe(true)
  await tables.assertReady()
  expect(slept).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
})

test('setup ends without an error when the server stops meanwhile', async () => {
  const stopping = new AbortController()
  const { clock, sleeping } = createManualClock()
  const tables = createTaskTables({
    migrate: () => Promise.reject(new Error('away')),
    checkSchema,
    clock,
    log,
  })
  const setUp = tables.setUp(stopping.signal)
  await settle()
  expect(sleeping()).toBe(1)
  stopping.abort(new Error('stopped'))
  expect(await setUp).toBe(false)
  await expect(tables.assertReady()).rejects.toThrow('away')
})

test('a caller during the first attempt waits for it', async () => {
  const migration = Promise.withResolvers<void>()
  const { clock } = createManualClock()
  const tables = createTaskTables({ migrate: () => migration.promise, checkSchema, clock, log })
  const ready = tables.assertReady()
  void tables.setUp(new AbortController().signal)
  migration.resolve()
  await ready
})

test('a schema that a newer release changes while the server runs stops it, until that is undone', async () => {
  const { clock, pass } = createManualClock()
  const check = vi.fn<() => Promise<void>>().mockResolvedValue()
  const tables = createTaskTables({ migrate: () => Promise.resolve(), checkSchema: check, clock, log })
  await tables.setUp(new AbortController().signal)
  await tables.assertReady()
  expect(check).not.toHaveBeenCalled()

  check.mockRejectedValueOnce(new DatabaseRefusedError('a newer release migrated schema ingestion'))
  await pass(5_000)
  const refused = {
    code: 'database_unavailable',
    message: expect.stringContaining('a newer release') as string,
  }
  await expect(tables.assertReady()).rejects.toMatchObject(refused)
  await expect(tables.assertReady()).rejects.toMatchObject(refused)
  expect(check).toHaveBeenCalledTimes(1)
  check.mockRejectedValueOnce(new Error('connect ECONNREFUSED'))
  await pass(5_000)
  await tables.assertReady()
})
