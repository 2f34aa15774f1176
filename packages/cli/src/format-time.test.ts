import { expect, test } from 'vitest'
import { formatTime } from './format-time.ts'

test('a time is shown to the second', () => {
  expect(formatTime('2026-11-24T04:00:00.123Z')).toBe('2026-11-24 04:00:00Z')
  expect(formatTime('2026-11-24T04:00:00Z')).toBe('2026-11-24 04:00:00Z')
})
