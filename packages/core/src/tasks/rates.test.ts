import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coarsenRates, ratePointAt } from './rates.ts'

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
