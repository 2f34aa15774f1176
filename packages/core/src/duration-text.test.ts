import { expect, test } from 'vitest'
import { durationText } from './duration-text.ts'

test.each([
  [0, '0 s'],
  [340, '0.3 s'],
  [30_000, '30 s'],
  [90_500, '90.5 s'],
])('%i ms are %s', (ms, text) => expect(durationText(ms)).toBe(text))
