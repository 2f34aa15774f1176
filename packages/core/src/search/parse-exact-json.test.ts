import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseExactJson } from './parse-exact-json.ts'

test('whole numbers beyond 2^53 become their text, and all other values stay', () => {
  const large = { id: '9007199254740993', list: ['-9223372036854775808', 9007199254740991, 1.5, 1e20] }
  const text =
    '{"id":9007199254740993,"list":[-9223372036854775808,9007199254740991,1.5,1e20],"9007199254740993":"9007199254740993 \\" 9007199254740993"}'
  expect(parseExactJson(text)).toEqual({
    ...large,
    '9007199254740993': '9007199254740993 " 9007199254740993',
  })
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const json = JSON.stringify(value)
      const parsed = JSON.parse(json) as unknown
      if (!/\d{16,}/.test(json)) expect(parseExactJson(json)).toEqual(parsed)
    }),
  )
  expect(parseExactJson('<html>')).toBeUndefined()
})
