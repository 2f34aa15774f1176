import { DatabaseRefusedError, DatabaseUnavailableError } from '@ingestion-server/core'
import { createManualClock } from '@ingestion-server/core/testing/manual-clock.ts'
import { expect, test, vi } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import { migrateOnce } from './migrate-once.ts'

const createClock = () => createManualClock({ startAt: 0, endsAtOnce: () => true })

const away = () => new DatabaseUnavailableError('the database does not respond')

test('an unavailable database is tried again until it responds', async () => {
  const { clock, slept } = createClock()
  const { log } = collectLines()
  const migrate = vi.fn<() => Promise<void>>().mockResolvedValue()
  for (let n = 0; n < 6; n++) migrate.mockRejectedValueOnce(away())
  expect(await migrateOnce({ migrate, clock, log, random: () => 1 })).toBe(true)
  expect(slept).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000])
})

test('a database that stays away ends it within the limit, with the reason in the log', async () => {
  const { clock } = createClock()
  const { log, lines } = collectLines()
  expect(await migrateOnce({ migrate: () => Promise.reject(away()), clock, log, limitMs: 20_000 })).toBe(
    false,
  )
  expect(clock.now()).toBeLessThanOrEqual(20_000)
  expect(clock.now()).toBeGreaterThan(15_000)
  expect(lines.at(-1)).toMatchObject({ level: 'error' })
  expect(JSON.stringify(lines.at(-1))).toContain('the database does not respond')
})

test('a missing right ends it at once', async () => {
  const { clock, slept } = createClock()
  const { log } = collectLines()
  const migrate = () => Promise.reject(new DatabaseRefusedError('the role may not make the tables'))
  expect(await migrateOnce({ migrate, clock, log })).toBe(false)
  expect(slept).toEqual([])
})
