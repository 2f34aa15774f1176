import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findDoubledKeys } from './find-doubled-keys.ts'

test.each([
  ['{"a": 1, "a": 2}', ['/a']],
  ['{"a": {"b": 1, "b": 2}, "b": 3}', ['/a/b']],
  ['[{"a": 1}, {"a": 1, "\\u0061": 2}]', ['/1/a']],
  ['{"a/b~": 1, "a/b~": 1, "a/b~": 1}', ['/a~1b~0']],
  ['{"": 1, "": {"c": [1, {"d": 0, "d": 0}]}}', ['/', '//c/1/d']],
  ['{"__proto__": 1, "__proto__": 2}', ['/__proto__']],
  ['{"a": "{\\"b\\": 1, \\"b\\": 2}"}', []],
  ['"text"', []],
])('finds in %s the keys %j', (text, expected) => {
  expect(findDoubledKeys(text)).toEqual(expected)
})

test('finds no duplicate key in the output of JSON.stringify', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(findDoubledKeys(JSON.stringify(value))).toEqual([])
    }),
  )
})
