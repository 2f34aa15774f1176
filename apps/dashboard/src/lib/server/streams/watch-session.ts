import { setTimeout as delay } from 'node:timers/promises'

/** A stream ends at most this long after its session, and the time of two queries. */
const checkIntervalMs = 4_000
const checkTimeoutMs = 4_000

export interface SessionWatchOptions {
  /** Whether the session goes on. */
  check: () => Promise<boolean>
  /** Ends the watch. */
  signal: AbortSignal
  intervalMs?: number
  timeoutMs?: number
}

/**
 * Aborted once the session has ended, or when it can't be read: without a check no more data is sent, and the
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
      // The stream is over, or the database is away. Both end the watch.
    }
    ended.abort()
  })()
  return ended.signal
}
