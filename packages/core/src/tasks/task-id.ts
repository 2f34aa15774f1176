/**
 * A UUID of version 7 (RFC 9562, 5.7): 48 bits of Unix milliseconds, then random bits. New ids lie next to each
 * other in an index. Their order is not relied on beyond telling apart tasks of one moment.
 */
export function createTaskId(unixMs: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  for (let index = 0, rest = unixMs; index < 6; index++, rest = Math.floor(rest / 256))
    bytes[5 - index] = rest % 256
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Whether a text can be an id at all; Postgres answers anything else with an error. */
export function isTaskId(text: string): boolean {
  return /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(text)
}
