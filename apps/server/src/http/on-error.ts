import {
  classifyError,
  IngestionError,
  problemTitles,
  type Problem,
  type ProblemCode,
} from '@ingestion-server/core'
import type { Context, ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppEnv } from './request-context.ts'
import { MethodNotAllowedError, RequestAbortedError } from './request-errors.ts'

interface ProblemType {
  status: ContentfulStatusCode
  headers?: Record<string, string>
}

/** Seconds until the next check of an unavailable service; an earlier retry has no use. */
const retryAfter = { 'Retry-After': '5' }

/** The problem type of each code. An error with another code is a defect: the response has `internal_error`. */
const problemTypes = {
  malformed_json: { status: 400 },
  invalid_request: { status: 400 },
  page_token: { status: 400 },
  request_aborted: { status: 400 },
  unauthorized: {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer realm="ingestion-server"' },
  },
  foreign_host: { status: 403 },
  foreign_origin: { status: 403 },
  callback_forbidden: { status: 403 },
  scope_missing: { status: 403 },
  not_found: { status: 404 },
  task_not_found: { status: 404 },
  index_not_found: { status: 404 },
  model_not_found: { status: 404 },
  token_not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  index_busy: { status: 409 },
  index_exists: { status: 409 },
  index_replaced: { status: 409 },
  index_unverified: { status: 409 },
  cluster_unfit: { status: 409 },
  index_changed: { status: 409 },
  index_closed: { status: 409 },
  index_differs: { status: 409 },
  index_shrank: { status: 409 },
  index_unhealthy: { status: 409 },
  index_aliased: { status: 409 },
  index_in_rollback_window: { status: 409 },
  filtered_copy_missing: { status: 409 },
  unfiltered_index: { status: 409 },
  alias_moved: { status: 409 },
  alias_altered: { status: 409 },
  alias_is_index: { status: 409 },
  nothing_to_roll_back: { status: 409 },
  fields_missing: { status: 409 },
  terms_missing: { status: 409 },
  terms_empty: { status: 409 },
  term_invalid: { status: 409 },
  filtering_failed: { status: 409 },
  table_not_found: { status: 409 },
  table_unusable: { status: 409 },
  column_missing: { status: 409 },
  table_replaced: { status: 409 },
  workers_lost: { status: 409 },
  documents_failed: { status: 409 },
  verification_failed: { status: 409 },
  admin_token_needed: { status: 409 },
  task_state: { status: 409 },
  lease_lost: { status: 409 },
  idempotency_key_reused: { status: 422 },
  body_too_large: { status: 413 },
  unsupported_media_type: {
    status: 415,
    headers: { 'Accept-Post': 'application/json' },
  },
  unexpected_data: { status: 500 },
  internal_error: { status: 500 },
  action_unavailable: { status: 501 },
  metrics_unavailable: { status: 501 },
  search_refused: { status: 502 },
  database_refused: { status: 502 },
  search_unavailable: { status: 503, headers: retryAfter },
  database_unavailable: { status: 503, headers: retryAfter },
  terms_unavailable: { status: 503, headers: retryAfter },
  not_ready: { status: 503, headers: retryAfter },
} as const satisfies Record<ProblemCode, ProblemType>

/** Whether this code has a problem type. */
export function hasProblemType(code: string): code is ProblemCode {
  return Object.hasOwn(problemTypes, code)
}

/** Responds to a thrown error with `application/problem+json` (RFC 9457). */
export const onError: ErrorHandler<AppEnv> = (thrown, c) => {
  const error = toKnownError(thrown, c)
  const code = error !== null && hasProblemType(error.code) ? error.code : 'internal_error'
  const { status, headers }: ProblemType = problemTypes[code]
  // Already logged when the service became unavailable; probes call every few seconds.
  if (status >= 500 && code !== 'not_ready') {
    const log = error !== null && status !== 500 ? c.var.log.warn : c.var.log.error
    log('request failed', { code, error: thrown })
  }

  const problem: Problem = {
    ...(code === 'internal_error' ? {} : error?.details),
    type: `urn:ingestion-server:problem:${code}`,
    title: problemTitles[code],
    status,
    detail:
      code === 'internal_error' || error === null
        ? 'unexpected error; the log of the server has the details under this request_id'
        : error.message,
    code,
    request_id: c.var.requestId,
  }
  return c.body(JSON.stringify(problem), status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...headers,
    ...(error instanceof MethodNotAllowedError && { Allow: error.allowed.join(', ') }),
  })
}

function toKnownError(thrown: Error, c: Context<AppEnv>): IngestionError | null {
  const error = classifyError(thrown)
  if (error instanceof IngestionError) return error
  return c.req.raw.signal.aborted
    ? new RequestAbortedError('the client closed the connection before the request was complete', {
        cause: thrown,
      })
    : null
}
