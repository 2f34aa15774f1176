import { expect, test } from 'vitest'
import { newTokenSchema } from './token.ts'
import { invisible, isVisible } from './visible-text.ts'

test.each(['Zoë', 'nightly build', '山田', '👩🏽', 'a_b-c.d@e', 'שלום'])(
  '%s is a name that is seen',
  (name) => {
    expect(isVisible(name)).toBe(true)
    expect(newTokenSchema.safeParse({ name, scopes: ['read'] }).success).toBe(true)
  },
)

test.each([
  'nimda\u202e',
  'a\u200bb',
  'a\u2066b\u2069',
  'a\u00adb',
  'a\ufeffdmin',
  'a\nb',
  'a\0b',
  'a\u0085b',
  'a\u2028b',
  'a\u{e0061}b',
  'a\ud800',
  '\udc00a',
])('%j is none', (name) => {
  expect(isVisible(name)).toBe(false)
  expect(newTokenSchema.safeParse({ name, scopes: ['read'] }).success).toBe(false)
})

test('JSON Schema has the same class, but for halves of surrogate pairs, which JSON Schema can not name', () => {
  const pattern = new RegExp(`^[^${invisible}]*$`, 'u')
  for (let code = 0; code <= 0x2_ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const text = String.fromCodePoint(code)
    if (pattern.test(text) !== isVisible(text)) throw new Error(`U+${code.toString(16)} differs`)
  }
})
