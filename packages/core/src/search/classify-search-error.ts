import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { IndexClosedError } from '../index-errors.ts'
import { describeErrorBody, errorCauseOf, listErrorTypes, type ErrorCause } from './describe-search-error.ts'

/**
 * Transient statuses: overload, a node or proxy that starts or stops, and 500, an internal error that is often caused
 * by a node leaving. A status that persists fails the task after the outage timeout.
 */
const transientStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 507])

/**
 * Error types that are transient regardless of their status: OpenSearch returns some with 400 or 403. Sources:
 * OpenSearchException.OpenSearchExceptionHandle and the REST statuses of these classes, OpenSearch 2.19 and 3.8.
 */
const transientTypes: ReadonlySet<string> = new Set([
  // A block: a full disk (flood stage, create_index), read-only cluster, no cluster manager, or set by an operator.
  'cluster_block_exception',
  'index_create_block_exception',
  // An index can't be deleted or closed while a snapshot reads it (400), and two of these can't run at once (503).
  'snapshot_in_progress_exception',
  'concurrent_snapshot_execution_exception',
  // The cluster manager is missing, changing, or overloaded.
  'process_cluster_event_timeout_exception',
  'process_cluster_manager_throttling_exception',
  'cluster_manager_throttling_exception',
  'failed_to_commit_cluster_state_exception',
  'master_not_discovered_exception',
  'cluster_manager_not_discovered_exception',
  'not_master_exception',
  'not_cluster_manager_exception',
  // Overload.
  'rejected_execution_exception',
  'opensearch_rejected_execution_exception',
  'es_rejected_execution_exception',
  'circuit_breaking_exception',
  'task_resource_exceeded_exception',
  // Shards and nodes that are moving, starting or lost.
  'unavailable_shards_exception',
  'no_shard_available_action_exception',
  'illegal_index_shard_state_exception',
  'index_shard_not_started_exception',
  'index_shard_recovering_exception',
  'index_shard_relocated_exception',
  'index_shard_closed_exception',
  'shard_not_in_primary_mode_exception',
  'retry_on_primary_exception',
  'retry_on_replica_exception',
  'primary_shard_closed_exception',
  'already_closed_exception',
  'node_closed_exception',
  'node_not_connected_exception',
  'node_disconnected_exception',
  'connect_transport_exception',
  'receive_timeout_transport_exception',
  'no_node_available_exception',
  'timeout_exception',
])

/** The block of a closed index in a cluster_block_exception. Not transient: an operator has to open the index. */
const closedBlock = 'index closed'

const lostConnectionNames = new Set([
  'ConnectionError',
  'TimeoutError',
  'NoLivingConnectionsError',
  'RequestAbortedError',
  'DeserializationError',
])

/** The HTTP status of an OpenSearch client error, or null if it has none. */
export function searchStatus(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode
  return typeof status === 'number' ? status : null
}

/** The `error.type` of a response, such as `resource_already_exists_exception`. */
export function searchErrorType(error: unknown): string | null {
  const cause = errorCauseOf((error as { body?: unknown } | null)?.body)
  return typeof cause === 'object' && typeof cause?.type === 'string' ? cause.type : null
}

/** Whether the caller lacks the right to the call, as opposed to a block on the cluster or index. */
export function isForbidden(error: unknown): boolean {
  const type = searchErrorType(error)
  return (
    searchStatus(error) === 403 &&
    type !== 'cluster_block_exception' &&
    type !== 'index_create_block_exception'
  )
}

/** Whether the same request may succeed later. */
export function isTransient(status: number, cause: ErrorCause | string | null): boolean {
  const types = listErrorTypes(cause)
  if (types.includes('cluster_block_exception') && isClosed(cause)) return false
  // If all shards agree on a cause, the request is at fault, whatever the overall status.
  if (types.some((type) => permanentTypes.has(type))) return false
  return transientStatuses.has(status) || types.some((type) => transientTypes.has(type))
}

/** Errors caused by the request that some versions report with 500 or 503. */
const permanentTypes: ReadonlySet<string> = new Set([
  'too_many_clauses',
  'too_many_nested_clauses',
  'query_shard_exception',
  'parsing_exception',
])

/** The closed index that made a request fail, or null if it failed for another reason. */
function findClosedIndex(cause: ErrorCause | string | null): string | null {
  const isClosedIndex = listErrorTypes(cause).includes('index_closed_exception') || isClosed(cause)
  if (!isClosedIndex || typeof cause !== 'object') return null
  if (typeof cause?.index === 'string') return cause.index
  const named = typeof cause?.reason === 'string' ? /index \[([^\]]+)\]/.exec(cause.reason) : null
  return named?.[1] ?? 'that the request is about'
}

function isClosed(cause: ErrorCause | string | null): boolean {
  return typeof cause === 'object' && typeof cause?.reason === 'string' && cause.reason.includes(closedBlock)
}

/** Classifies an error of the OpenSearch client; null for any other error. */
export function classifySearchError(
  error: unknown,
): SearchUnavailableError | SearchRefusedError | IndexClosedError | null {
  if (!(error instanceof Error) || !('meta' in error || lostConnectionNames.has(error.name))) return null
  const status = searchStatus(error)
  if (status === null) {
    return new SearchUnavailableError(`OpenSearch can't be reached: ${error.message || error.name}`, {
      cause: error,
    })
  }
  const { body } = error as { body?: unknown }
  const closed = findClosedIndex(errorCauseOf(body))
  if (closed !== null) return new IndexClosedError(closed, error)
  const reason = `status ${status}: ${describeErrorBody(body)}`
  const details = { status, type: searchErrorType(error) }
  return isTransient(status, errorCauseOf(body))
    ? new SearchUnavailableError(`OpenSearch can't do this now, ${reason}`, { cause: error, details })
    : new SearchRefusedError(`OpenSearch refused a request with ${reason}`, { cause: error, details })
}
