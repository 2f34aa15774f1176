import { createHash, randomBytes } from 'node:crypto'

const secretBytes = 32

/** A secret that nobody can guess, safe in a cookie and in a URL. */
export function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url')
}

/** What is kept of a secret: SHA-256 in hex. A secret of 32 random bytes needs no salt and no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
