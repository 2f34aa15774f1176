import { expect, test } from 'vitest'
import { createPasswordVerifier, hashPassword } from './passwords.ts'

const password = 'correct horse battery staple'
const verifyPassword = createPasswordVerifier()

test('what is kept of a password is argon2id with OWASP’s parameters, and never the same twice', async () => {
  const [one, other] = await Promise.all([hashPassword(password), hashPassword(password)])
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toContain(password)
  expect(other).not.toBe(one)
})

test('the right password matches its hash, and another one does not', async () => {
  const hash = await hashPassword(password)
  expect(await verifyPassword(hash, password)).toBe(true)
  expect(await verifyPassword(hash, `${password} `)).toBe(false)
  expect(await verifyPassword(hash, '')).toBe(false)
})

test('where there is no user no password matches, not even that of the hash that stands in', async () => {
  expect(await verifyPassword(undefined, password)).toBe(false)
  expect(await verifyPassword(undefined, 'no user has this password')).toBe(false)
})
