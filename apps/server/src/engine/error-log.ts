import type { Clock } from '@ingestion-server/core'
import type { Logger } from '../observability/log.ts'

const repeatMs = 60_000

/** Logs what goes wrong in the background; the same again only after a minute, for an outage may be long. */
export function createErrorLog(log: Logger, clock: Clock): (message: string, error: unknown) => void {
  const loggedAt = new Map<string, number>()
  return (message, error) => {
    // Each poller adds its name to what the driver says.
    const reason = error instanceof Error ? error.message.replace(/ \(Queue: .*\)$/, '') : String(error)
    const key = `${message}: ${reason}`
    const now = clock.now()
    if (now - (loggedAt.get(key) ?? -Infinity) < repeatMs) return
    for (const [old, at] of loggedAt) if (now - at >= repeatMs) loggedAt.delete(old)
    loggedAt.set(key, now)
    log.warn(message, { error: error instanceof Error ? error : { ...Object(error) } })
  }
}
