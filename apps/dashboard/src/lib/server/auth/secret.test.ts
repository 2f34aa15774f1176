import { expect, test } from 'vitest'
import { hashSecret, newSecret } from './secret.ts'

test('a secret holds 256 bits, goes into a cookie as it is, and never comes again', () => {
  const secrets = Array.from({ length: 100 }, newSecret)
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/)
  expect(new Set(secrets).size).toBe(secrets.length)
})

test('what is kept of a secret is its SHA-256', () => {
  // FIPS 180-2, appendix B.1
  expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
