import type { Context } from 'hono'

/** Longer than this no answer is kept back: proxies give up after a minute, as a rule. */
const maxWaitSeconds = 60

/**
 * How long the caller would like to wait: `Prefer: wait=10` (RFC 7240, section 4.3), at most 60 s. What can't be
 * understood is passed over, as the RFC says; the answer says with `Preference-Applied` what was done.
 */
export function readPreferredWait(c: Context): number | null {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(c.req.header('Prefer') ?? '')?.[1]
  if (seconds === undefined || Number(seconds) === 0) return null
  const applied = Math.min(maxWaitSeconds, Number(seconds))
  c.header('Preference-Applied', `wait=${applied}`)
  return applied * 1_000
}
