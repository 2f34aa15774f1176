/** The part of an error response that says why, of a whole request or of one operation of a bulk request. */
export interface ErrorCause {
  type?: unknown
  reason?: unknown
  index?: unknown
  caused_by?: unknown
  root_cause?: unknown
  failed_shards?: unknown
}

/** Causes that are looked at: shards fail for the same reason as a rule, and a message is read by people. */
const maxCauses = 5
const maxDepth = 5
const maxTextLength = 300

/** The `error` of a response: an object, or in some answers a text; null when the body is none of OpenSearch's. */
export function errorCauseOf(body: unknown): ErrorCause | string | null {
  if (!isObject(body) || !('error' in body)) return null
  const { error } = body
  if (typeof error === 'string') return error
  return isObject(error) ? error : null
}

/** All `type`s that an error response names: its own, of its root causes, of shards and of what caused those. */
export function listErrorTypes(cause: ErrorCause | string | null): string[] {
  return [...new Set(listCauses(cause).flatMap(({ type }) => (typeof type === 'string' ? [type] : [])))]
}

/**
 * An error in OpenSearch's own words. "All shards failed" says nothing by itself: what the shards say comes after it.
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
  // A cause often repeats the text of what it caused.
  const news = [...new Set(reasons)].filter((reason) => !text.includes(reason)).slice(0, maxCauses)
  return [text, ...news.map((reason) => `caused by: ${reason}`)].join(': ')
}

/** What a response with an error status says, be it OpenSearch's or that of something before it. */
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
