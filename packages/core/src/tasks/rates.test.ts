import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coarsenRates, firstRateSeconds, maxRatePoints, ratePointAt } from './rates.ts'
import { createMemoryTaskStore } from './memory-task-store.ts'

const points = fc.array(fc.record({ at: fc.nat(1_000_000), documents: fc.nat(10_000) }), { maxLength: 50 })
const sumOf = (rates: readonly { documents: number }[]) =>
  rates.reduce((sum, { documents }) => sum + documents, 0)

test('coarser points hold the same documents, in order, each moment in the point that covers it', () => {
  fc.assert(
    fc.property(points, fc.constantFrom(5, 10, 20, 40), (given, seconds) => {
      const coarse = coarsenRates(given, seconds)
      expect(sumOf(coarse)).toBe(sumOf(given))
      expect(coarse.map(({ at }) => at)).toEqual(
        [...new Set(given.map(({ at }) => ratePointAt(at, seconds)))].sort((a, b) => a - b),
      )
      for (const { at } of coarse) expect(at % (seconds * 1_000)).toBe(0)
    }),
  )
})

test('the rates of a task that takes a week stay few, and nothing of them is lost', async () => {
  let now = Date.parse('2026-11-24T00:00:00Z')
  const store = createMemoryTaskStore({ now: () => now })
  const { id } = await store.create({
    model: 'image',
    action: 'REINDEX',
    request: { model: 'image', action: 'REINDEX' },
    index: 'image-a',
    reserve: [],
  })
  const planning = await store.claim(id, 'worker', 1)
  if (planning.kind !== 'advance') throw new Error('nothing to plan')
  await store.advance(planning.lease, { kind: 'phase', phase: 'loading', items: [{ payload: null }] })
  const week = 7 * 24 * 60 * 60
  const claimed = await store.claim(id, 'worker', week * 1_000)
  if (claimed.kind !== 'item') throw new Error('no item')
  const counts = { read: 3, indexed: 3, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 }
  let saves = 0
  for (let second = 0; second < week; second += 60, saves++) {
    await store.saveProgress(claimed.lease, { checkpoint: second, counts })
    now += 60_000
  }
  const rates = await store.rates(id)
  expect(rates.length).toBeLessThanOrEqual(maxRatePoints)
  expect(rates.length).toBeGreaterThan(maxRatePoints / 4)
  expect(sumOf(rates)).toBe(saves * 3)
  expect(Math.log2((rates[0]?.seconds ?? 0) / firstRateSeconds) % 1).toBe(0)
})
