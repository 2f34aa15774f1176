import { expect, test } from 'vitest'
import { newUserSchema, signInSchema } from './user-schemas.ts'

const password = 'correct horse battery staple'
/** One or two of each category, with their effect. */
const invisible = {
  'Cc, a line feed': 'a\nb',
  'Cf, turns what follows around': 'a\u202Eb',
  'Cf, no width': 'a\u200Bb',
  'Cf, a tag': 'a\u{E0041}b',
  'Cs, half a character': 'a\uD800b',
  'Zl, a line separator': 'a\u2028b',
  'Zp, a paragraph separator': 'a\u2029b',
}

test.each(Object.entries(invisible))('a name that holds what can’t be seen is refused: %s', (_, name) => {
  expect(newUserSchema.safeParse({ name, password, role: 'viewer' }).success).toBe(false)
  // A failed sign-in writes it to the audit log.
  expect(signInSchema.safeParse({ name, password }).success).toBe(false)
})

test('a name is taken in lower case, without the space around it', () => {
  expect(newUserSchema.parse({ name: ' Ada.L@example.org ', password, role: 'viewer' })).toMatchObject({
    name: 'ada.l@example.org',
  })
})
