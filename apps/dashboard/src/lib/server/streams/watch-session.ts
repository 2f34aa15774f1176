import { setTimeout as delay } from 'node:timers/promises'

/** A stream ends at most this long after its session, plus the time of two queries, milliseconds. */
const checkIntervalMs = 4_000
const checkTimeoutMs = 4_000

export interface SessionWatchOptions {
  /** Whether the session is still valid. */
  check: () => Promise<boolean>
  /** Ends the watch. */
  signal: AbortSignal
  intervalMs?: number
  timeoutMs?: number
}

/**
 * Returns a signal that aborts when the session has ended or can't be read: no data is sent without a check, and the
 * page reconnects.
 */
export function watchSession({
  check,
  signal,
  intervalMs = checkIntervalMs,
  timeoutMs = checkTimeoutMs,
}: SessionWatchOptions): AbortSignal {
  const ended = new AbortController()
  void (async () => {
    try {
      do await delay(intervalMs, undefined, { signal })
      while (await Promise.race([check(), delay(timeoutMs, false, { signal })]))
    } catch {
      // The stream has ended, or the database is unavailable. Both end the watch.
    }
    ended.abort()
  })()
  return ended.signal
}
