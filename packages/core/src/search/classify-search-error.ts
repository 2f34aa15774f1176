import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'

/** Statuses that go away by themselves: overload, and a node or proxy that is starting or stopping. */
export const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

const lostConnectionNames = new Set([
  'ConnectionError',
  'TimeoutError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'DeserializationError',
])

/** The HTTP status of an error of the OpenSearch client, or null when it carries none. */
export function searchStatus(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode
  return typeof status === 'number' ? status : null
}

/** The `error.type` of a response, such as `resource_already_exists_exception`. */
export function searchErrorType(error: unknown): string | null {
  const body = (error as { body?: { error?: { type?: unknown } } } | null)?.body
  return typeof body?.error?.type === 'string' ? body.error.type : null
}

/** The failure behind an error of the OpenSearch client, or null when it is none of its. */
export function classifySearchError(error: unknown): SearchUnavailableError | SearchRefusedError | null {
  if (!(error instanceof Error) || !('meta' in error || lostConnectionNames.has(error.name))) return null
  const status = searchStatus(error)
  if (status !== null && !transientStatuses.has(status)) {
    return new SearchRefusedError(`OpenSearch refused a request with status ${status}: ${error.message}`, {
      cause: error,
      details: { status, type: searchErrorType(error) },
    })
  }
  const reason = status === null ? error.message || error.name : `status ${status}: ${error.message}`
  return new SearchUnavailableError(`OpenSearch can't be reached or can't answer now: ${reason}`, {
    cause: error,
  })
}
