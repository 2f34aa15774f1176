import fc from 'fast-check'
import { expect, test } from 'vitest'
import { largestId, smallestId } from './row-id.ts'
import { rangesUpTo, splitRanges } from './split-ranges.ts'

const id = fc.oneof(fc.bigInt({ min: smallestId, max: largestId }), fc.bigInt({ min: -50n, max: 50n }))
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 60 })

test('every id lies in exactly one range, and every range begins where the one before ended', () => {
  fc.assert(
    fc.property(ids, fc.nat({ max: 500 }), fc.integer({ min: 1, max: 20 }), (ids, estimate, rowsPerRange) => {
      const sorted = [...ids].sort((a, b) => (a < b ? -1 : 1))
      const bounds = { min: sorted[0] as bigint, max: sorted.at(-1) as bigint }
      const ranges = splitRanges(bounds, estimate, rowsPerRange)

      for (const id of ids) {
        const holding = ranges.filter(({ after, end }) => (after === null || id > after) && id <= end)
        expect(holding).toHaveLength(1)
      }
      expect(ranges[0]?.after).toBe(null)
      expect(ranges.at(-1)?.end).toBe(bounds.max)
      for (const [index, range] of ranges.entries()) {
        if (index > 0) expect(range.after).toBe(ranges[index - 1]?.end)
      }
    }),
    { numRuns: 500 },
  )
})

test('borders in any order, doubled or beyond the end leave no id out', () => {
  fc.assert(
    fc.property(ids, id, fc.array(id), (borders, last, seen) => {
      const ranges = rangesUpTo(last, [...borders, ...borders])
      expect(ranges[0]?.after).toBe(null)
      expect(ranges.at(-1)?.end).toBe(last)
      for (const id of [...borders, ...seen].filter((id) => id <= last)) {
        expect(ranges.filter(({ after, end }) => (after === null || id > after) && id <= end)).toHaveLength(1)
      }
    }),
  )
})

test('an empty table has no ranges, and a single row has one', () => {
  expect(splitRanges(null, 0, 10)).toEqual([])
  expect(splitRanges({ min: -7n, max: -7n }, 1, 10)).toEqual([{ after: null, end: -7n }])
})

test('ranges are as many as the rows need and no more than the ids allow', () => {
  expect(splitRanges({ min: 1n, max: 100n }, 100, 10)).toHaveLength(10)
  expect(splitRanges({ min: 1n, max: 3n }, 1_000, 10)).toHaveLength(3)
  expect(splitRanges({ min: 1n, max: 2n ** 31n }, 10 ** 9, 1)).toHaveLength(20_000)
})
