import { classifyError, IngestionError, type Problem } from '@ingestion-server/core'
import type { Context, ErrorHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { AppEnv } from './request-context.ts'
import { MethodNotAllowedError, RequestAbortedError } from './request-errors.ts'

interface Answer {
  status: ContentfulStatusCode
  title: string
  headers?: Record<string, string>
}

/** Seconds until the next check of an unavailable service; an earlier retry has no use. */
const tryLater = { 'Retry-After': '5' }

/** The problem type of each code. A code that isn't here is a defect: it is answered as `internal_error`. */
const answers = {
  malformed_json: { status: 400, title: 'Not JSON' },
  invalid_request: { status: 400, title: 'Invalid request' },
  page_token: { status: 400, title: 'Not a page token' },
  request_aborted: { status: 400, title: 'Request was not finished' },
  unauthorized: {
    status: 401,
    title: 'Token missing or wrong',
    headers: { 'WWW-Authenticate': 'Bearer realm="ingestion-server"' },
  },
  foreign_host: { status: 403, title: 'Foreign host' },
  foreign_origin: { status: 403, title: 'Foreign origin' },
  callback_forbidden: { status: 403, title: 'Callback not allowed' },
  scope_missing: { status: 403, title: 'Token may not do this' },
  not_found: { status: 404, title: 'Not found' },
  task_not_found: { status: 404, title: 'No such task' },
  index_not_found: { status: 404, title: 'No such index' },
  token_not_found: { status: 404, title: 'No such token' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  index_busy: { status: 409, title: 'Index is being worked on' },
  index_exists: { status: 409, title: 'Index exists' },
  index_replaced: { status: 409, title: 'Index was replaced' },
  index_unverified: { status: 409, title: 'Index is not verified' },
  cluster_unfit: { status: 409, title: 'Cluster is not fit for the index' },
  index_changed: { status: 409, title: 'Index has changed since it was verified' },
  index_closed: { status: 409, title: 'Index is closed' },
  index_differs: { status: 409, title: 'Index is not as it was asked for' },
  index_shrank: { status: 409, title: 'Index has far fewer documents' },
  index_unhealthy: { status: 409, title: 'Index is not healthy' },
  index_aliased: { status: 409, title: 'Index has an alias' },
  index_in_rollback_window: { status: 409, title: 'Index may be needed to roll back' },
  unfiltered_index: { status: 409, title: 'Index is not filtered' },
  alias_moved: { status: 409, title: 'Alias was moved meanwhile' },
  alias_altered: { status: 409, title: 'Alias has a filter or a routing' },
  alias_is_index: { status: 409, title: 'Name of the alias is taken by an index' },
  nothing_to_roll_back: { status: 409, title: 'Nothing to roll back to' },
  fields_missing: { status: 409, title: 'Index lacks fields' },
  terms_missing: { status: 409, title: 'No list of sensitive terms' },
  terms_empty: { status: 409, title: 'List of sensitive terms is empty' },
  term_invalid: { status: 409, title: 'Sensitive term is invalid' },
  filtering_failed: { status: 409, title: 'Index could not be filtered' },
  table_not_found: { status: 409, title: 'No such table' },
  table_unusable: { status: 409, title: 'Table can not be indexed' },
  column_missing: { status: 409, title: 'Columns are missing' },
  table_replaced: { status: 409, title: 'Table was replaced' },
  workers_lost: { status: 409, title: 'Workers were lost' },
  documents_failed: { status: 409, title: 'Documents were refused' },
  verification_failed: { status: 409, title: 'Index differs from the database' },
  admin_token_needed: { status: 409, title: 'No admin token would be left' },
  task_state: { status: 409, title: "Not in the task's state" },
  lease_lost: { status: 409, title: 'Task is worked on elsewhere' },
  idempotency_key_reused: { status: 422, title: 'Idempotency key was used for another request' },
  body_too_large: { status: 413, title: 'Body too large' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    headers: { 'Accept-Post': 'application/json' },
  },
  unexpected_data: { status: 500, title: 'Data of unexpected shape' },
  internal_error: { status: 500, title: 'Internal error' },
  action_unavailable: { status: 501, title: 'Action not available yet' },
  metrics_unavailable: { status: 501, title: 'No metrics here' },
  search_refused: { status: 502, title: 'OpenSearch refused' },
  database_refused: { status: 502, title: 'Database refused' },
  search_unavailable: { status: 503, title: 'OpenSearch is away', headers: tryLater },
  database_unavailable: { status: 503, title: 'Database is away', headers: tryLater },
  terms_unavailable: { status: 503, title: 'List of sensitive terms is away', headers: tryLater },
  not_ready: { status: 503, title: 'Not ready', headers: tryLater },
} as const satisfies Record<string, Answer>

export type AnsweredCode = keyof typeof answers

/** Whether this code has a problem type. */
export function isAnswered(code: string): code is AnsweredCode {
  return Object.hasOwn(answers, code)
}

/** Answers a thrown error as `application/problem+json` (RFC 9457). */
export const onError: ErrorHandler<AppEnv> = (thrown, c) => {
  const error = toKnownError(thrown, c)
  const code = error !== null && isAnswered(error.code) ? error.code : 'internal_error'
  const { status, title, headers }: Answer = answers[code]
  // Already logged when the service became unavailable; probes call every few seconds.
  if (status >= 500 && code !== 'not_ready') {
    const log = error !== null && status !== 500 ? c.var.log.warn : c.var.log.error
    log('request failed', { code, error: thrown })
  }

  const problem: Problem = {
    ...(code === 'internal_error' ? {} : error?.details),
    type: `urn:ingestion-server:problem:${code}`,
    title,
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
    ? new RequestAbortedError('the client went away before it had sent the whole request', { cause: thrown })
    : null
}
