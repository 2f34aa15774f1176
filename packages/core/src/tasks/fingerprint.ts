import { sha256 } from '../sha256.ts'

/**
 * Distinguishes requests with the same idempotency key: hexadecimal SHA-256 over their fields sorted by name, so that
 * the order in the body doesn't matter.
 */
export function fingerprintRequest(request: object): Promise<string> {
  const fields = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return sha256(JSON.stringify(fields))
}
