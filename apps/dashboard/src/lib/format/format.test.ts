import { expect, test } from 'vitest'
import { formatChange } from './change.ts'
import { toSentence } from './sentence.ts'
import { formatAbsolute, formatRelative, secondsBetween } from './time.ts'

const now = Date.parse('2026-11-24T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()

test.each([
  [2, 'just now'],
  [59, '59 sec. ago'],
  [60, '1 min. ago'],
  [3_599, '59 min. ago'],
  [7_200, '2 hr. ago'],
  [86_400, 'yesterday'],
  [-7_200, 'in 2 hr.'],
])('says %i seconds ago as %s', (seconds, text) => {
  expect(formatRelative(ago(seconds), now)).toBe(text)
})

test('times read the same on the server and in the browser', () => {
  expect(formatAbsolute('2026-11-24T23:20:06.123456Z')).toBe('2026-11-24 23:20:06 UTC')
})

test('what has not ended lasts until now', () => {
  expect(secondsBetween(ago(60), null, now)).toBe(60)
  expect(secondsBetween(ago(60), ago(50), now)).toBe(10)
  expect(secondsBetween(ago(50), ago(60), now)).toBe(0)
})

test.each([
  ['there is no task 1', 'There is no task 1.'],
  ['image-20231106 is live; point its alias elsewhere', 'image-20231106 is live; point its alias elsewhere.'],
  ['Nothing was sent.', 'Nothing was sent.'],
  ['audio', 'audio.'],
])('makes %j the sentence %j', (message, sentence) => {
  expect(toSentence(message)).toBe(sentence)
})

test('a change that is rounded to nothing has no sign of its own', () => {
  expect([0, 0.0001, -0.0004].map(formatChange)).toEqual(['±0%', '±0%', '±0%'])
})
