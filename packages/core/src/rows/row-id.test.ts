import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closedRangeSchema, isRowId, largestId, rowIdSchema, smallestId } from './row-id.ts'

const id = fc.oneof(
  fc.bigInt({ min: smallestId, max: largestId }),
  fc.constantFrom(smallestId, largestId, 0n),
)

test('a range survives JSON exactly, whatever its ids', () => {
  fc.assert(
    fc.property(fc.option(id), id, (after, end) => {
      const stored: unknown = JSON.parse(JSON.stringify(closedRangeSchema.encode({ after, end })))
      expect(closedRangeSchema.parse(stored)).toEqual({ after, end })
    }),
  )
})

test('ids that earlier versions kept as numbers are read', () => {
  expect(closedRangeSchema.parse({ after: null, end: 17 })).toEqual({ after: null, end: 17n })
  expect(rowIdSchema.parse(-(2 ** 53 - 1))).toBe(-(2n ** 53n - 1n))
})

test.each(['9223372036854775807', '-9223372036854775808', '0', '-1', '9007199254740993'])(
  '%s is an id',
  (text) => {
    expect(isRowId(text)).toBe(true)
    expect(rowIdSchema.parse(text)).toBe(BigInt(text))
  },
)

test.each([
  '9223372036854775808',
  '-9223372036854775809',
  '-0',
  '01',
  '+1',
  '1.0',
  '1e3',
  ' 1',
  '',
  'planted',
  '0x1',
])('%j is none', (text) => {
  expect(isRowId(text)).toBe(false)
  expect(rowIdSchema.safeParse(text).success).toBe(false)
})

test.each([2 ** 53, 1.5, NaN, null, true, {}])('%j, which is not an exact id, is refused', (value) => {
  expect(rowIdSchema.safeParse(value).success).toBe(false)
})
