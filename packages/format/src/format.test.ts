import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatDocuments, formatDuration, formatShort } from './index.ts'

test.each([
  [0, '0 s'],
  [0.44, '0.4 s'],
  [12, '12 s'],
  [120, '2 min'],
  [130, '2 min 10 s'],
  [11_100, '3 h 5 min'],
  [90_000, '1 d 1 h'],
  [59.6, '1 min'],
  [3_605, '1 h'],
  [187_200, '2 d 4 h'],
])('writes %d seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [999_960, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [123_456_789, '123.5 MB'],
  [1_234_567_890, '1.2 GB'],
  [2e18, '2000.0 PB'],
])('writes %i bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('numbers read the same on the server and in the browser', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567')
  expect(formatDocuments(1)).toBe('1 document')
  expect(formatDocuments(12_345)).toBe('12,345 documents')
  expect(formatShort(12_345)).toBe('12.3K')
})
