import { sha256 } from '../sha256.ts'

/**
 * Distinguishes requests with the same idempotency key: SHA-256 over their fields in the order of names, as
 * hexadecimal. The order of fields in a body makes no difference.
 */
export function fingerprintRequest(request: object): Promise<string> {
  const fields = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return sha256(JSON.stringify(fields))
}
