import { randomBytes } from 'node:crypto'
import { sha256 } from '../sha256.ts'

const secretBytes = 32

/** An unguessable secret, safe in a cookie and in a URL. */
export function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url')
}

/** The stored form of a secret: SHA-256 in hex. A secret of 32 random bytes needs no salt and no slow hash. */
export function hashSecret(secret: string): string {
  return sha256(secret)
}
