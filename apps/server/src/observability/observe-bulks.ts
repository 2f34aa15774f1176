import type { SearchClient } from '@ingestion-server/core'
import type { Bulk } from './observer.ts'

/** What the client's events say, as far as it is looked at. */
interface ClientEvent {
  body?: unknown
  statusCode?: number | null
  meta: { request: { params: { path: string }; id: unknown } }
}

const overloaded = 429

/**
 * Tells of every bulk request of a client: how long it took and what came of it. The client says so by events, so the
 * work knows nothing of this.
 */
export function observeBulks(client: SearchClient, tell: (bulk: Bulk) => void): void {
  const begun = new Map<unknown, number>()
  // The types of the client leave out its events.
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
    tell({ seconds, status: statusCode ?? 'error', ...countOutcomes(body) })
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
      // A document to take away that wasn't there has status 404 and no error.
      else if (error !== undefined || status >= 500) counts.refused++
      else counts.succeeded++
    }
  }
  return counts
}
