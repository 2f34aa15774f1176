import { IngestionError } from './ingestion-error.ts'

/** The codes that this version knows. Servers may be newer, so any other string can come as well. */
export type KnownErrorCode = ServerErrorCode | ClientErrorCode

/** From the server: of an answer (`IngestionApiError`) or of a task that failed (`TaskFailedError`). */
type ServerErrorCode =
  | 'action_unavailable'
  | 'admin_token_needed'
  | 'alias_altered'
  | 'alias_is_index'
  | 'alias_moved'
  | 'body_too_large'
  | 'callback_forbidden'
  | 'cluster_unfit'
  | 'database_refused'
  | 'database_unavailable'
  | 'column_missing'
  | 'documents_failed'
  | 'fields_missing'
  | 'filtering_failed'
  | 'foreign_host'
  | 'foreign_origin'
  | 'idempotency_key_reused'
  | 'index_aliased'
  | 'index_busy'
  | 'index_changed'
  | 'index_closed'
  | 'index_differs'
  | 'index_exists'
  | 'index_in_rollback_window'
  | 'index_not_found'
  | 'index_replaced'
  | 'index_shrank'
  | 'index_unhealthy'
  | 'index_unverified'
  | 'internal_error'
  | 'invalid_request'
  | 'lease_lost'
  | 'malformed_json'
  | 'method_not_allowed'
  | 'metrics_unavailable'
  | 'not_found'
  | 'not_ready'
  | 'nothing_to_roll_back'
  | 'page_token'
  | 'request_aborted'
  | 'scope_missing'
  | 'search_refused'
  | 'search_unavailable'
  | 'table_not_found'
  | 'table_replaced'
  | 'table_unusable'
  | 'task_not_found'
  | 'task_state'
  | 'term_invalid'
  | 'terms_empty'
  | 'terms_missing'
  | 'terms_unavailable'
  | 'token_not_found'
  | 'unauthorized'
  | 'unexpected_data'
  | 'unfiltered_index'
  | 'unsupported_media_type'
  | 'verification_failed'
  | 'workers_lost'

/** From this package. */
type ClientErrorCode =
  'connection_failed' | 'invalid_response' | 'task_cancelled' | 'task_failed' | 'wait_timeout'

export type ErrorCode = KnownErrorCode | (string & {})

/**
 * Whether something that was caught is an error of this package with that code.
 *
 * @example if (isCode(error, 'index_exists')) return
 */
export function isCode<Code extends ErrorCode>(
  error: unknown,
  code: Code,
): error is IngestionError & { readonly code: Code } {
  return error instanceof IngestionError && error.code === code
}
