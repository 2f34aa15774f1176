import { DrizzleQueryError } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { errorMessage, errorTrace } from './error-text.ts'

const failed = new DrizzleQueryError(
  'update "user" set "password_hash" = $1',
  ['$argon2id$v=19$secret\n    at the end', 'ada'],
  new Error('connection lost'),
)

test('a failed statement is described without its parameters', () => {
  for (const text of [errorMessage(failed), errorTrace(failed)]) {
    expect(text).toContain('Failed query: connection lost (update "user"')
    expect(text).not.toMatch(/argon2id|ada/)
  }
  expect(errorTrace(failed)).toMatch(/\n\s+at .*error-text\.test/)
})

test('other errors are described as they are', () => {
  const error = new TypeError('no such thing')
  expect(errorMessage(error)).toBe('no such thing')
  expect(errorTrace(error)).toBe(error.stack)
  expect(errorMessage('text')).toBe('text')
})
