import {
  ConnectionError,
  IngestionApiError,
  InvalidResponseError,
  type KnownErrorCode,
} from '../errors/index.ts'

/** Codes of the server with a status that otherwise comes from a proxy and is temporary. */
const lastingCodes = new Set<string>(['search_refused', 'database_refused'] satisfies KnownErrorCode[])
const firstDelayMs = 500
const maxDelayMs = 5_000

/**
 * Which requests are retried automatically. A request is repeatable when it is safe to arrive twice: any but POST, and
 * a POST with an Idempotency-Key.
 *
 * | failure                          | repeatable | other |
 * |----------------------------------|------------|-------|
 * | connection refused, unknown host | yes | yes: it was never sent |
 * | connection lost, no response     | yes | no: it may have been executed |
 * | 429, 503                         | yes | yes: the server did nothing |
 * | 502, 504                         | yes | no: a proxy lost the response, it may have been executed |
 * | search_refused, database_refused | no  | no: a retry would not help |
 * | anything else                    | no  | no |
 */
export function mayRetry(repeatable: boolean, error: unknown): boolean {
  if (error instanceof ConnectionError) return repeatable || error.neverSent
  if (!isAnswer(error) || lastingCodes.has(error.code)) return false
  return [429, 503].includes(error.status) || (repeatable && [502, 504].includes(error.status))
}

/**
 * Delay before the next attempt: exponential backoff with jitter (between half and all of it, see
 * M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), never shorter than Retry-After.
 *
 * Not core's `backoffMs`, because this package has no dependencies.
 *
 * @param failures number of failed attempts before this one
 * @param random 0 to 1
 * @returns milliseconds
 */
export function retryDelayMs(error: unknown, failures: number, random: () => number): number {
  const ceiling = Math.min(maxDelayMs, firstDelayMs * 2 ** failures)
  return Math.max(askedDelayMs(error), ceiling * (0.5 + random() / 2))
}

/** Retry-After of a response, in milliseconds; 0 without. */
export function askedDelayMs(error: unknown): number {
  return isAnswer(error) ? (error.retryAfterMs ?? 0) : 0
}

function isAnswer(error: unknown): error is IngestionApiError | InvalidResponseError {
  return error instanceof IngestionApiError || error instanceof InvalidResponseError
}
