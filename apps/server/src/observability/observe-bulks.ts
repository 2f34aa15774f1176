import type { SearchClient } from '@ingestion-server/core'
import type { Bulk } from './observer.ts'

/** The part of the client's events that is read here. */
interface ClientEvent {
  body?: unknown
  statusCode?: number | null
  meta: { request: { params: { path: string }; id: unknown } }
}

const overloaded = 429

/**
 * Reports the duration and the result of every bulk request of a client. It listens to the client's events, so the
 * code that sends the requests does not depend on it.
 */
export function observeBulks(client: SearchClient, report: (bulk: Bulk) => void): void {
  const begun = new Map<unknown, number>()
  // The client's types leave out its events.
  const events = client as unknown as {
    on(event: 'request' | 'response', listener: (error: unknown, event: ClientEvent) => void): void
  }
  events.on('request', (error, { meta }) => {
    if (error === null && isBulk(meta.request.params.path)) begun.set(meta.request.id, performance.now())
  })
  events.on('response', (_error, { body, statusCode, meta }) => {
    const startedAt = begun.get(meta.request.id)
    if (startedAt === undefined) return
    begun.delete(meta.request.id)
    const seconds = (performance.now() - startedAt) / 1_000
    report({ seconds, status: statusCode ?? 'error', ...countOutcomes(body) })
  })
}

function isBulk(path: string): boolean {
  return path.endsWith('/_bulk')
}

/** Each entry of `items` has one key, the operation, with a status. */
function countOutcomes(body: unknown): Pick<Bulk, 'succeeded' | 'refused' | 'rejected'> {
  const counts = { succeeded: 0, refused: 0, rejected: 0 }
  const items = (body as { items?: unknown } | null | undefined)?.items
  if (!Array.isArray(items)) return counts
  for (const item of items as Record<string, { status?: number; error?: unknown }>[]) {
    for (const { status = 0, error } of Object.values(item)) {
      if (status === overloaded) counts.rejected++
      // A delete of a missing document has status 404 and no error.
      else if (error !== undefined || status >= 500) counts.refused++
      else counts.succeeded++
    }
  }
  return counts
}
