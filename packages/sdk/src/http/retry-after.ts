/**
 * Reads a Retry-After header (RFC 9110, section 10.2.3): whole seconds or an HTTP date.
 *
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, never negative; undefined when there is none or it is invalid
 */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  // Date.parse accepts far more than HTTP dates ("-5", "1.5"); those end in GMT.
  const at = value.endsWith('GMT') ? Date.parse(value) : NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}
