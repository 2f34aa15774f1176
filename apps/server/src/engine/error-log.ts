import type { Clock } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

const repeatMs = 60_000

/** Logs background errors; the same error at most once a minute, because an outage may be long. */
export function createErrorLog(log: Logger, clock: Clock): (message: string, error: unknown) => void {
  const loggedAt = new Map<string, number>()
  return (message, error) => {
    // Each poller adds its name to the driver's message.
    const reason = error instanceof Error ? error.message.replace(/ \(Queue: .*\)$/, '') : String(error)
    const key = `${message}: ${reason}`
    const now = clock.now()
    if (now - (loggedAt.get(key) ?? -Infinity) < repeatMs) return
    for (const [old, at] of loggedAt) if (now - at >= repeatMs) loggedAt.delete(old)
    loggedAt.set(key, now)
    log.warn(message, { error: error instanceof Error ? error : { ...Object(error) } })
  }
}
