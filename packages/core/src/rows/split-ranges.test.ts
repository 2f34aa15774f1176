import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitRanges } from './split-ranges.ts'

const id = fc.oneof(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.maxSafeInteger())
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 60 })

test('every id lies in exactly one range, and every range begins where the one before ended', () => {
  fc.assert(
    fc.property(ids, fc.nat({ max: 500 }), fc.integer({ min: 1, max: 20 }), (ids, estimate, rowsPerRange) => {
      // Bounds as far apart as 2^53 stay exact; further apart than that no id of a table can be.
      fc.pre(Math.max(...ids) - Math.min(...ids) < Number.MAX_SAFE_INTEGER)
      const bounds = { min: Math.min(...ids), max: Math.max(...ids) }
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

test('an empty table has no ranges, and a single row has one', () => {
  expect(splitRanges(null, 0, 10)).toEqual([])
  expect(splitRanges({ min: -7, max: -7 }, 1, 10)).toEqual([{ after: null, end: -7 }])
})

test('ranges are as many as the rows need and no more than the ids allow', () => {
  expect(splitRanges({ min: 1, max: 100 }, 100, 10)).toHaveLength(10)
  expect(splitRanges({ min: 1, max: 3 }, 1_000, 10)).toHaveLength(3)
  expect(splitRanges({ min: 1, max: 2 ** 31 }, 10 ** 9, 1)).toHaveLength(10_000)
})
