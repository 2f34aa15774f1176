import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonBytes } from './json-bytes.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function write(run: (json: JsonBytes) => void): string {
  const json = new JsonBytes(1)
  run(json)
  return decoder.decode(json.bytes.subarray(0, json.length))
}

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 60 }))

test('a text that is given as UTF-8 is read back as it was, and stays on one line', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const written = write((json) => json.appendString(encoder.encode(text)))
      expect(JSON.parse(written)).toBe(text)
      expect(written).not.toMatch(/[\n\r]/)
    }),
  )
})

test('what has to be escaped is, wherever in a text it stands', () => {
  for (const odd of ['"', '\\', '\u001f', '\0']) {
    for (let before = 0; before < 9; before++) {
      for (let after = 0; after < 9; after++) {
        const text = `${'é'.repeat(before)}${odd}${'z'.repeat(after)}`
        expect(write((json) => json.appendString(encoder.encode(text)))).toBe(JSON.stringify(text))
      }
    }
  }
})

test('every control character is escaped', () => {
  const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join('')
  const written = write((json) => json.appendString(encoder.encode(controls)))
  expect(written).toMatch(/^"(\\u00[01][0-9a-f]){32}"$/)
  expect(JSON.parse(written)).toBe(controls)
})

test('any value is written as JSON.stringify writes it', () => {
  const anyValue = fc.oneof(anyText, fc.jsonValue(), fc.constant('\ud800'), fc.double({ noNaN: true }))
  fc.assert(
    fc.property(anyValue, (value) => {
      expect(write((json) => json.appendValue(value))).toBe(JSON.stringify(value))
    }),
  )
})

test('a part of any length is copied, and nothing beside it', () => {
  const digits = encoder.encode('0123456789'.repeat(20))
  for (const [start, end] of [
    [0, 200],
    [0, 19],
    [0, 20],
    [5, 68],
    [5, 69],
    [190, 200],
    [7, 7],
  ] as const) {
    const written = write((json) => {
      json.append(digits, start, end)
      json.append(encoder.encode('.'))
    })
    expect(written).toBe(`${'0123456789'.repeat(20).slice(start, end)}.`)
  }
})

test('JSON text is written as it is, after what was written before', () => {
  const text = '{"ä": [1e5]}'
  const written = write((json) => {
    json.append(encoder.encode('{"a":'))
    json.appendText(text)
    json.append(encoder.encode('}'))
  })
  expect(written).toBe(`{"a":${text}}`)
})
