import { expect, test } from 'vitest'
import { linearScale } from './linear-scale.ts'

test('ends are mapped onto ends, also when they run the other way', () => {
  const y = linearScale([0, 40], [128, 10])
  expect([y(0), y(20), y(40)]).toEqual([128, 69, 10])
})

test('an interval of no length makes no number that can’t be drawn', () => {
  expect(linearScale([5, 5], [0, 100])(5)).toBe(0)
})
