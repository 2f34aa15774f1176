import { createHash } from 'node:crypto'

/** SHA-256 of a text. Synchronous, unlike that of packages/core, which runs without Node. */
export function sha256(text: string, encoding: 'hex' | 'base64url' = 'hex'): string {
  return createHash('sha256').update(text).digest(encoding)
}
