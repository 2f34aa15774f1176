import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeTicks, valueTicks } from './ticks.ts'

test.each([
  [1, [0, 0.5, 1]],
  [3, [0, 1, 2, 3]],
  [40, [0, 20, 40]],
  [7_321, [0, 5_000, 10_000]],
  [12_000, [0, 5_000, 10_000, 15_000]],
])('an axis up to %d has the numbers %j', (top, ticks) => {
  expect(valueTicks(top, 3)).toEqual(ticks)
})

test('the numbers of an axis reach its top, and are few', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), (top) => {
      const ticks = valueTicks(top, 3)
      expect(ticks[0]).toBe(0)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(top * (1 - 1e-6))
      expect(ticks.length).toBeLessThanOrEqual(4)
    }),
  )
})

test.each([
  [0.1, [0]],
  [0.9, [0, 0.2, 0.4, 0.6000000000000001, 0.8]],
  [1.4, [0, 0.5, 1]],
  [4, [0, 1, 2, 3, 4]],
  [70, [0, 15, 30, 45, 60]],
  [4_000, [0, 900, 1_800, 2_700, 3_600]],
  [200_000, [0, 43_200, 86_400, 129_600, 172_800]],
  [1_000_000, [0, 259_200, 518_400, 777_600]],
])('%d seconds are marked at %j', (seconds, ticks) => {
  expect(timeTicks(seconds, 5)).toEqual(ticks)
})
