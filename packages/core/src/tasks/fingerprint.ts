/**
 * Tells requests apart that came with the same idempotency key: SHA-256 over their fields in the order of names, as
 * hexadecimal. The order of fields in a body makes no difference.
 */
export async function fingerprintRequest(request: object): Promise<string> {
  const fields = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(fields)))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
