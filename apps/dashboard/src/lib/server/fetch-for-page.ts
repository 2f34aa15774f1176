import {
  BadRequestError,
  ConnectionError,
  ForbiddenError,
  InvalidResponseError,
  NotFoundError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnavailableError,
} from '@ingestion-server/sdk'
import { error } from '@sveltejs/kit'
import type { FetchResult } from '../fetch-result.ts'
import { toSentence } from '../format/sentence.ts'

/**
 * Fetches the data of a page from the ingestion server.
 *
 * @throws HttpError 404 for a missing resource, 400 when the page's URL has invalid parameters; other errors unchanged
 */
export async function fetchForPage<Value>(call: Promise<Value>): Promise<FetchResult<Value>> {
  try {
    return { value: await call, unavailableReason: null }
  } catch (cause) {
    if (cause instanceof NotFoundError) error(404, toSentence(cause.problem.detail))
    if (cause instanceof BadRequestError) error(400, toSentence(cause.problem.detail))
    const unavailableReason = describeUnavailable(cause)
    if (unavailableReason === null) throw cause
    return { value: null, unavailableReason }
  }
}

/** Why the server is unavailable, as a sentence; null: the error has another cause. */
export function describeUnavailable(cause: unknown): string | null {
  if (cause instanceof ConnectionError) return 'The ingestion server did not respond.'
  if (cause instanceof UnavailableError) {
    const { code, detail } = cause.problem
    // The server responds; a service that it needs does not.
    if (code === 'search_unavailable' || code === 'database_unavailable') return toSentence(detail)
    return toSentence(`The ingestion server is not ready: ${detail}`)
  }
  if (cause instanceof RateLimitedError) return 'The ingestion server limits the request rate.'
  if (cause instanceof UnauthorizedError || cause instanceof ForbiddenError) {
    return `The ingestion server refuses the dashboard’s token: ${cause.problem.detail}. Check INGESTION_TOKEN.`
  }
  if (cause instanceof ServerError) return toSentence(`The ingestion server failed: ${cause.problem.detail}`)
  if (cause instanceof InvalidResponseError) return 'INGESTION_URL is not the address of an ingestion server.'
  return null
}
