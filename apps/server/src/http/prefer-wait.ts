import type { Context } from 'hono'

/** Maximum delay of a response: proxies usually time out after a minute. */
const maxWaitSeconds = 60

/**
 * How long the caller wants to wait: `Prefer: wait=10` (RFC 7240, section 4.3), at most 60 s. An invalid value
 * is ignored, as the RFC requires; `Preference-Applied` in the response confirms a wait.
 */
export function readPreferredWait(c: Context): number | null {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(c.req.header('Prefer') ?? '')?.[1]
  if (seconds === undefined || Number(seconds) === 0) return null
  const applied = Math.min(maxWaitSeconds, Number(seconds))
  c.header('Preference-Applied', `wait=${applied}`)
  return applied * 1_000
}
