import { DatabaseUnavailableError, type Clock } from '@ingestion-server/core'
import { expect, test, vi } from 'vitest'
import { createJsonLogger } from '../observability/log.ts'
import { createTaskTables } from './task-tables.ts'

const log = createJsonLogger({ level: 'silent', write: () => undefined, now: () => new Date() })

test('setup is retried until it succeeds, and until then the database counts as unavailable', async () => {
  const waits: number[] = []
  const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) }
  const migrate = vi.fn<() => Promise<void>>().mockResolvedValue()
  for (let n = 0; n < 7; n++) migrate.mockRejectedValueOnce(new Error('connect ECONNREFUSED'))
  const tables = createTaskTables({ migrate, clock, log })

  const setUp = tables.setUp(new AbortController().signal)
  await expect(tables.assertReady()).rejects.toThrow(DatabaseUnavailableError)
  expect(await setUp).toBe(true)
  await tables.assertReady()
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
})

test('setup ends without an error when the server stops meanwhile', async () => {
  const stopping = new AbortController()
  const clock: Clock = {
    now: () => 0,
    sleep: async () => {
      stopping.abort()
      throw new Error('aborted')
    },
  }
  const tables = createTaskTables({ migrate: () => Promise.reject(new Error('away')), clock, log })
  expect(await tables.setUp(stopping.signal)).toBe(false)
  await expect(tables.assertReady()).rejects.toThrow('away')
})

test('a caller during the first attempt waits for it', async () => {
  const migration = Promise.withResolvers<void>()
  const clock: Clock = { now: () => 0, sleep: async () => undefined }
  const tables = createTaskTables({ migrate: () => migration.promise, clock, log })
  const ready = tables.assertReady()
  void tables.setUp(new AbortController().signal)
  migration.resolve()
  await ready
})
