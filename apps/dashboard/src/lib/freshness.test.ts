import { expect, test } from 'vitest'
import { freshnessOf } from './freshness.ts'

const day = 86_400
const now = Date.parse('2026-11-24T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()

test.each([
  [-60, day, 'fresh'], // the clock of the database is ahead
  [day, day, 'fresh'],
  [day + 1, day, 'late'],
  [2 * day, day, 'late'],
  [2 * day + 1, day, 'stale'],
  [99 * day, null, null],
])('data %i s old with a target of %j s are %j', (seconds, target, freshness) => {
  expect(freshnessOf(ago(seconds), target, now)).toBe(freshness)
  expect(freshnessOf(null, target, now)).toBeNull()
})
