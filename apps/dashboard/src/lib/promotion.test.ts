import { expect, test } from 'vitest'
import { formatChange } from './format/change.ts'
import { changeOf, fingerprintOf, isRisky } from './promotion.ts'

const move = (before: (number | null)[], after: number | null) => ({
  alias: 'image',
  from: before.map((documents, position) => ({ index: `image-${position}`, documents })),
  to: { index: 'image-new', documents: after },
})

test.each([
  [[100], 105, 0.05, '+5%', false],
  [[1000], 991, -0.009, '−0.9%', false],
  [[1000], 989, -0.011, '−1.1%', true],
  [[60, 40], 50, -0.5, '−50%', true],
  [[48_725], 1, 1 / 48_725 - 1, '−99.9%', true],
  [[100], 0, -1, '−100%', true],
] as const)('from %j to %i documents is a change of %d', (before, after, change, text, risky) => {
  const planned = move([...before], after)
  expect(changeOf(planned)).toBeCloseTo(change)
  expect(formatChange(change)).toBe(text)
  expect(isRisky({ moves: [planned], exceptions: [] })).toBe(risky)
})

test('without a number before or after, no change is invented', () => {
  expect([changeOf(move([], 5)), changeOf(move([null], 5)), changeOf(move([5], null))]).toEqual([
    null,
    null,
    null,
  ])
})

test('an exception has to be confirmed, and makes another plan', () => {
  const moves = [move([100], 100)]
  const exceptions = [{ allowedBy: 'allow_shrink', alias: 'image', code: 'index_shrank', detail: '' }]
  expect(isRisky({ moves, exceptions })).toBe(true)
  const plans = [
    { moves, exceptions },
    { moves, exceptions: [] },
    { moves: [{ ...move([100], 100), from: [] }], exceptions: [] },
  ]
  expect(new Set(plans.map(fingerprintOf)).size).toBe(plans.length)
  // Numbers of documents change while an index is live.
  expect(fingerprintOf({ moves: [move([101], 100)], exceptions: [] })).toBe(
    fingerprintOf({ moves, exceptions: [] }),
  )
})
