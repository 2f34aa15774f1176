import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coarsenRates, ratePointAt, spreadDocuments } from './rates.ts'

const points = fc.array(
  fc.record({
    at: fc.nat(1_000_000),
    documents: fc.nat(10_000),
    boundBy: fc.constantFrom(null, 'limit' as const),
  }),
  { maxLength: 50 },
)
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

test('a coarser point has the bottleneck that was reported last in it', () => {
  const given = [
    { at: 5_000, documents: 1, boundBy: 'reading' as const },
    { at: 0, documents: 1, boundBy: 'limit' as const },
    { at: 10_000, documents: 1, boundBy: null },
  ]
  expect(coarsenRates(given, 10)).toEqual([
    { at: 0, documents: 2, boundBy: 'reading' },
    { at: 10_000, documents: 1, boundBy: null },
  ])
})

const spread = (since: number, until: number, documents: number, documentsPerSecond: number | null = null) =>
  [...spreadDocuments({ documents, since, until, seconds: 5, documentsPerSecond })].map(([at, part]) => [
    at / 1_000,
    part,
  ])

test('a save counts for the time since the one before, so that a limited rate shows as it was', () => {
  expect(spread(2_500, 5_000, 1_000)).toEqual([[0, 1_000]])
  expect(spread(4_000, 6_500, 1_000)).toEqual([
    [0, 400],
    [5, 600],
  ])
  expect(spread(3_000, 23_000, 8_000, 400)).toEqual([
    [0, 800],
    [5, 2_000],
    [10, 2_000],
    [15, 2_000],
    [20, 1_200],
  ])
})

test('a stall stays visible: a save counts for one interval at most, unless the limit makes it take longer', () => {
  expect(spread(1_000, 32_000, 1_000)).toEqual([
    [25, 600],
    [30, 400],
  ])
  expect(spread(1_000, 32_000, 4_000, 400)).toEqual([
    [20, 1_200],
    [25, 2_000],
    [30, 800],
  ])
})

test('no document is lost or counted twice, in whatever way the time is divided', () => {
  fc.assert(
    fc.property(
      fc.record({
        documents: fc.integer({ min: -100, max: 100_000 }),
        since: fc.nat(100_000),
        lasts: fc.integer({ min: -5_000, max: 200_000 }),
        seconds: fc.constantFrom(5, 10, 40),
        documentsPerSecond: fc.constantFrom(null, 1, 400),
      }),
      ({ lasts, ...saved }) => {
        const parts = spreadDocuments({ ...saved, until: saved.since + lasts })
        expect([...parts.values()].reduce((sum, part) => sum + part, 0)).toBe(saved.documents)
      },
    ),
  )
})
