import { expect, test } from 'vitest'
import { formatBytes, formatDuration, formatTime } from './format.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [12_345_678, '12.3 MB'],
  [123_456_789, '123 MB'],
  [9.3e9, '9.3 GB'],
  [2e18, '2000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test.each([
  [0, '0 s'],
  [0.4, '0 s'],
  [59.6, '1 min'],
  [65, '1 min 5 s'],
  [3_600, '1 h'],
  [3_605, '1 h'],
  [5_400, '1 h 30 min'],
  [187_200, '2 d 4 h'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test('a time is shown to the second', () => {
  expect(formatTime('2026-11-24T04:00:00.123Z')).toBe('2026-11-24 04:00:00Z')
  expect(formatTime('2026-11-24T04:00:00Z')).toBe('2026-11-24 04:00:00Z')
})
