import { describe, expect, test } from 'vitest'
import { parseDuration, parseId, parseLimit, parseName, parseWholeNumber, toLimit } from './option-values.ts'

describe('a time', () => {
  test.each([
    ['90', 90],
    ['90s', 90],
    ['1.5 min', 90],
    ['15m', 900],
    ['2h', 7_200],
    ['90d', 7_776_000],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', '0', '-1s', 'soon', '1w', '1h30m', '1e3', 'Infinity', 'NaN'])('%j is invalid', (text) => {
    expect(() => parseDuration(text)).toThrow('must be a time')
  })
})

test('a whole number has digits only', () => {
  expect(parseWholeNumber('0')).toBe(0)
  for (const text of ['', '-1', '1.5', '1e3', '0x10', ' 1', '9'.repeat(16)]) {
    expect(() => parseWholeNumber(text)).toThrow('must be a whole number')
  }
})

test('a limit can be none', () => {
  expect(toLimit(parseLimit('none'))).toBeNull()
  expect(toLimit(parseLimit('2000'))).toBe(2_000)
  expect(toLimit(undefined)).toBeUndefined()
  expect(() => parseLimit('null')).toThrow('must be a whole number')
})

test('characters that are invalid in a URL are refused in an id and a name', () => {
  expect(parseId('0190f0c5-7d5c')).toBe('0190f0c5-7d5c')
  for (const text of ['', '..', 'a/b', 'a?b']) expect(() => parseId(text)).toThrow('It is not a valid id')
  expect(parseName('a/b')).toBe('a/b')
  for (const text of ['', '.', '..']) expect(() => parseName(text)).toThrow('It is not a valid name')
})
