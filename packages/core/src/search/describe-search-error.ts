/** The error details of a response, for a whole request or one operation of a bulk request. */
export interface ErrorCause {
  type?: unknown
  reason?: unknown
  index?: unknown
  caused_by?: unknown
  root_cause?: unknown
  failed_shards?: unknown
}

/** Maximum number of causes: shards usually fail for the same reason, and people read the message. */
const maxCauses = 5
const maxDepth = 5
const maxTextLength = 300

/** Why a shard refused an operation that the response describes as a whole. */
export interface ShardFailure {
  shard: unknown
  /** `FORBIDDEN`, for example. */
  status: unknown
  reason: ErrorCause
}

/**
 * The failures of single shards in a response without `error`: in `_shards` of a refresh or flush, whose status is that
 * of a shard, and below `indices` of a block on an index.
 */
export function listShardFailures(body: unknown): ShardFailure[] {
  if (!isObject(body)) return []
  const { _shards, indices } = body
  const blocked = toList(indices).flatMap((index) => toList(isObject(index) && index['failed_shards']))
  return [_shards, ...blocked]
    .flatMap((shards) => toList(isObject(shards) && shards['failures']))
    .flatMap((failure) =>
      isObject(failure) && isObject(failure['reason'])
        ? [{ shard: failure['shard'], status: failure['status'], reason: failure['reason'] }]
        : [],
    )
}

/**
 * The `error` of a response: an object, or a text in some responses; without it the failures of shards, whose reasons
 * follow the first; null if the body is not from OpenSearch.
 */
export function errorCauseOf(body: unknown): ErrorCause | string | null {
  const failures = listShardFailures(body)
  const [first] = failures
  if (!isObject(body) || !('error' in body))
    return first === undefined ? null : { ...first.reason, failed_shards: failures }
  const { error } = body
  if (typeof error === 'string') return error
  return isObject(error) ? error : null
}

/** All error types in a response: its own, and those of root causes, shards and nested causes. */
export function listErrorTypes(cause: ErrorCause | string | null): string[] {
  return [...new Set(listCauses(cause).flatMap(({ type }) => (typeof type === 'string' ? [type] : [])))]
}

/**
 * Describes an error in OpenSearch's own words. The shards' reasons follow, because "all shards failed" is not
 * informative.
 *
 * @example describeCause({ type: 'mapper_parsing_exception', reason: 'failed to parse', caused_by: { reason: 'not a boolean' } })
 * // mapper_parsing_exception: failed to parse: caused by: not a boolean
 */
export function describeCause(cause: ErrorCause | string | null): string {
  if (cause === null) return ''
  if (typeof cause === 'string') return cause
  const [first, ...others] = listCauses(cause)
  const said = [first?.type, first?.reason].filter((part) => typeof part === 'string' && part !== '')
  const text = said.join(': ')
  const reasons = others.flatMap(({ reason }) =>
    typeof reason === 'string' && reason !== '' ? [reason] : [],
  )
  // A cause often repeats the text of the error that it caused.
  const news = [...new Set(reasons)].filter((reason) => !text.includes(reason)).slice(0, maxCauses)
  const causes = news.length === 0 && isWithoutShards(cause) ? ['shards that are not started'] : news
  return [text, ...causes.map((reason) => `caused by: ${reason}`)].join(': ')
}

/** OpenSearch doesn't list shards that are not started, like those of an index that was just created. */
function isWithoutShards({ failed_shards }: ErrorCause): boolean {
  return Array.isArray(failed_shards) && failed_shards.length === 0
}

/** Describes a response with an error status, from OpenSearch or a proxy in front of it. */
export function describeErrorBody(body: unknown): string {
  const cause = errorCauseOf(body)
  if (cause !== null) return describeCause(cause)
  const text = typeof body === 'string' ? body.replaceAll(/(?:<[^>]*>|\s)+/g, ' ').trim() : ''
  return text === '' ? 'no reason was given' : text.slice(0, maxTextLength)
}

function listCauses(cause: unknown, depth = 0): ErrorCause[] {
  if (!isObject(cause) || depth > maxDepth) return []
  const { root_cause, failed_shards, caused_by } = cause as ErrorCause
  const roots: unknown[] = Array.isArray(root_cause) ? root_cause : []
  const shards: unknown[] = Array.isArray(failed_shards) ? failed_shards : []
  const nested = [
    ...roots.slice(0, maxCauses),
    ...shards.slice(0, maxCauses).map((shard) => (isObject(shard) ? shard['reason'] : null)),
    caused_by,
  ]
  return [cause, ...nested.flatMap((next) => listCauses(next, depth + 1))]
}

const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
