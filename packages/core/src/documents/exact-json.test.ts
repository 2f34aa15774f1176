import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listDifferingFields, readCanonicalFields, writeCanonical } from './exact-json.ts'

const canonical = (json: string) => writeCanonical(readCanonicalFields(json))
const differing = (left: string, right: string) =>
  listDifferingFields(readCanonicalFields(left), readCanonicalFields(right))

test('the way in which a document is written makes no difference', () => {
  for (const [left, right] of [
    ['{"a":1,"b":2}', ' { "b" : 2 ,\n"a":\t1 } '],
    ['{"a":1.0}', '{"a":1}'],
    ['{"a":100}', '{"a":1e2}'],
    ['{"a":0.00010}', '{"a":1E-4}'],
    ['{"a":-0}', '{"a":0.0e7}'],
    ['{"a":"\\u00e9\\/\\n"}', '{"a":"é/\\u000a"}'],
    ['{"a":[{"x":1,"y":[]}]}', '{"a":[{"y":[],"x":1.00}]}'],
  ] as const) {
    expect(differing(left, right)).toEqual([])
    expect(canonical(left)).toBe(canonical(right))
  }
})

test('what a document says makes one, and is named by its field', () => {
  for (const [left, right] of [
    ['9007199254740993', '9007199254740992'],
    ['0.1', '0.10000000000000000001'],
    ['1e400', '1e401'],
    ['1', '"1"'],
    ['1', '-1'],
    ['12', '120'],
    ['0', 'false'],
    ['null', '""'],
    ['[1,2]', '[2,1]'],
    ['[1]', '1'],
    ['{"b":null}', '{}'],
    ['"e\\u0301"', '"\\u00e9"'],
    ['"\\ud800"', '"\\ufffd"'],
  ] as const) {
    expect(differing(`{"a":${left},"b":1}`, `{"b":1,"a":${right}}`)).toEqual(['a'])
  }
  expect(differing('{"a":null}', '{}')).toEqual(['a'])
  expect(differing('{"a":1,"__proto__":2}', '{"a":2}')).toEqual(['a', '__proto__'])
})

test('text that is not a JSON object is refused', () => {
  for (const text of [
    '',
    '[]',
    '1',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a":01}',
    '{"a":1}x',
    "{'a':1}",
    '{"a":tru}',
  ]) {
    expect(() => readCanonicalFields(text), text).toThrow(SyntaxError)
  }
})

test('two documents differ exactly when JSON.parse makes them differ, where it loses nothing', () => {
  const value = fc.jsonValue({ maxDepth: 3 })
  const fields = fc.dictionary(fc.string(), value, { maxKeys: 4 })
  fc.assert(
    fc.property(fields, fields, fc.boolean(), (left, other, same) => {
      const right = same ? Object.fromEntries(Object.entries(left).reverse()) : other
      const isEqual = (name: string) =>
        Object.hasOwn(left, name) === Object.hasOwn(right, name) &&
        canonicalByParsing(left[name]) === canonicalByParsing(right[name])
      const names = [...new Set([...Object.keys(left), ...Object.keys(right)])]
      expect(differing(JSON.stringify(left, null, 1), JSON.stringify(right)).sort()).toEqual(
        names.filter((name) => !isEqual(name)).sort(),
      )
    }),
  )
})

function canonicalByParsing(value: unknown): string | undefined {
  const sortKeys = (_: string, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1))
      : inner
  return JSON.stringify(value, sortKeys)
}
