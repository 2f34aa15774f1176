import fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundDocuments, cutText, decodeJsonPrefix, showBody } from './failed-document.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text).length
const document = (body: string, id = '1') => ({ id, status: 400, reason: 'refused', body })

test('a text is cut to as many bytes as are allowed, between two characters', () => {
  expect(cutText('abc', 3)).toBe('abc')
  expect(cutText('añb', 2)).toBe('a')
  expect(cutText('añb', 3)).toBe('añ')
  expect(cutText('a😀b', 4)).toBe('a')
  expect(cutText('a😀b', 0)).toBe('')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, maxBytes) => {
      const cut = cutText(text, maxBytes)
      expect(text.startsWith(cut)).toBe(true)
      expect(bytesOf(cut)).toBeLessThanOrEqual(maxBytes)
      if (bytesOf(text) <= maxBytes) expect(cut).toBe(text)
      else expect(bytesOf(cut)).toBeGreaterThan(maxBytes - 4)
    }),
  )
})

test('the beginning of a JSON string, wherever it is cut, is the beginning of its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(60), (text, length) => {
      const json = JSON.stringify(text).slice(0, length + 1)
      expect(text.startsWith(decodeJsonPrefix(json))).toBe(true)
    }),
  )
  expect(decodeJsonPrefix('"a\\\\')).toBe('a\\')
  expect(decodeJsonPrefix('"a\\u00e')).toBe('a')
  expect(decodeJsonPrefix('"all"')).toBe('all')
})

test('a body is kept whole as long as there is room for it, and shortened after that', () => {
  const body = 'ä'.repeat(15_000_000)
  const kept = boundDocuments(
    ['1', '2', '3'].map((id) => document(body, id)),
    0,
  )
  expect(kept.map((each) => bytesOf(each.body))).toEqual([30_000_000, 30_000_000, 2_000])
  expect(kept.map(({ bodyBytes }) => bodyBytes)).toEqual([30_000_000, 30_000_000, 30_000_000])
  expect(boundDocuments([document(body)], 60_000_000)[0]?.body.length).toBe(1_000)
})

test('a reason of any length is kept in four kilobytes, and says that it was longer', () => {
  const [kept] = boundDocuments([{ ...document('{}'), reason: 'x'.repeat(100_000) }], 0)
  expect(kept?.reason).toBe(`${'x'.repeat(4_096)}…`)
})

test('what is shown of a body says whether it is all of it', () => {
  const whole = { body: 'abcdef', bodyBytes: 6 }
  expect(showBody(whole, {})).toEqual({ body: 'abcdef', body_bytes: 6, body_truncated: false })
  expect(showBody(whole, { bodyLimit: 3 })).toEqual({ body: 'abc', body_bytes: 6, body_truncated: true })
  // Stored shortened, so there is no more to show.
  expect(showBody({ body: 'abc', bodyBytes: 6 }, {})).toMatchObject({ body: 'abc', body_truncated: true })
  expect(showBody({ body: 'abc', bodyBytes: null }, {})).toMatchObject({
    body_bytes: 3,
    body_truncated: false,
  })
})
