import { errors } from '@opensearch-project/opensearch'
import { describe, expect, test } from 'vitest'
import { classifySearchError, isForbidden } from './classify-search-error.ts'
import { describeErrorBody } from './describe-search-error.ts'

function responseError(statusCode: number, body: unknown) {
  return new errors.ResponseError({
    statusCode,
    headers: {},
    warnings: null,
    body: body as Record<string, unknown>,
    meta: {} as never,
  })
}

const errorBody = (status: number, type: string, reason: string) => ({
  error: { root_cause: [{ type, reason }], type, reason },
  status,
})

// Statuses and texts as OpenSearch 2.19 and 3.8 send them.
test.each([
  [400, 'snapshot_in_progress_exception', 'Cannot delete indices that are being snapshotted: [[image-a]]'],
  [403, 'cluster_block_exception', 'index [image-a] blocked by: [FORBIDDEN/8/index write (api)];'],
  [
    429,
    'cluster_block_exception',
    'index [image-a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];',
  ],
  [403, 'index_create_block_exception', 'blocked by: [FORBIDDEN/10/cluster create-index blocked (api)];'],
  [503, 'process_cluster_event_timeout_exception', 'failed to process cluster event within 30s'],
  [503, 'cluster_manager_not_discovered_exception', 'no discovered cluster manager'],
  [429, 'rejected_execution_exception', 'rejected execution of coordinating operation'],
  [429, 'circuit_breaking_exception', '[parent] Data too large'],
  [404, 'illegal_index_shard_state_exception', 'CurrentState[RECOVERING] operations only allowed when'],
  [503, 'no_shard_available_action_exception', 'No shard available for [get [image-a]]'],
  [503, 'search_phase_execution_exception', 'all shards failed'],
  [500, 'null_pointer_exception', 'something broke'],
])('status %i of type %s is transient, and its reason is given', (status, type, reason) => {
  const failure = classifySearchError(responseError(status, errorBody(status, type, reason)))
  expect(failure).toMatchObject({ code: 'search_unavailable', details: { status, type } })
  expect(failure?.message).toContain(`${type}: ${reason}`)
})

test.each([
  [400, 'illegal_argument_exception', 'unknown setting'],
  [403, 'security_exception', 'no permissions for [indices:admin/create]'],
  [404, 'index_not_found_exception', 'no such index [image-a]'],
  [501, 'unsupported_operation_exception', 'not here'],
])('status %i of type %s does not', (status, type, reason) => {
  const failure = classifySearchError(responseError(status, errorBody(status, type, reason)))
  expect(failure).toMatchObject({ code: 'search_refused', details: { status, type } })
  expect(failure?.message).toContain(`${type}: ${reason}`)
})

test.each([
  [403, 'cluster_block_exception', 'index [image-a] blocked by: [FORBIDDEN/4/index closed];'],
  [400, 'index_closed_exception', 'closed index [image-a]'],
])('status %i of type %s names the closed index', (status, type, reason) => {
  const failure = classifySearchError(responseError(status, errorBody(status, type, reason)))
  expect(failure).toMatchObject({ code: 'index_closed', details: { index: 'image-a' } })
})

test.each([408, 425, 429, 500, 502, 503, 504, 507])(
  'status %i without a body goes away by itself',
  (status) => {
    expect(classifySearchError(responseError(status, ''))).toMatchObject({ code: 'search_unavailable' })
  },
)

test('a lost connection and a response that is not JSON count as unavailable; other errors are left alone', () => {
  expect(classifySearchError(new errors.ConnectionError('connect ECONNREFUSED'))).toMatchObject({
    code: 'search_unavailable',
  })
  expect(classifySearchError(new errors.DeserializationError('Unexpected token', '<html>'))).toMatchObject({
    code: 'search_unavailable',
  })
  expect(classifySearchError(new Error('a bug'))).toBe(null)
})

describe('the reason of an error', () => {
  const clauses = 'maxClauseCount is set to 1024'

  test('is what the shards say, not that all of them failed', () => {
    const body = {
      error: {
        root_cause: [{ type: 'query_shard_exception', reason: 'failed to create query' }],
        type: 'search_phase_execution_exception',
        reason: 'all shards failed',
        failed_shards: [
          {
            shard: 0,
            reason: {
              type: 'query_shard_exception',
              reason: 'failed to create query',
              caused_by: { type: 'too_many_clauses', reason: clauses },
            },
          },
        ],
      },
      status: 400,
    }
    const failure = classifySearchError(responseError(400, body))
    expect(failure).toMatchObject({ code: 'search_refused' })
    expect(failure?.message).toContain('all shards failed')
    expect(failure?.message).toContain(clauses)
  })

  test.each(['all shards failed', 'Partial shards failure (2 shards unavailable)'])(
    'is that shards are not started, when none is listed: %s',
    (reason) => {
      // GET /image-a/_search?allow_partial_search_results=false while image-a is being created (3.8.0).
      const error = { root_cause: [], type: 'a', reason, phase: 'query', failed_shards: [] }
      expect(describeErrorBody({ error, status: 503 })).toBe(
        `a: ${reason}: caused by: shards that are not started`,
      )
    },
  )

  test('makes too many clauses a fault of the query, with status 500 too', () => {
    const body = errorBody(500, 'too_many_nested_clauses', clauses)
    expect(classifySearchError(responseError(500, body))).toMatchObject({ code: 'search_refused' })
  })

  test('is the reason of a shard, when the response has no other', () => {
    // POST /image-a/_refresh, without the right to the requests of shards (security plugin 2.19.1).
    const reason = {
      type: 'security_exception',
      reason: 'no permissions for [indices:admin/refresh[s]] and User [name=ingestion]',
    }
    const failures = [0, 1].map((shard) => ({ shard, index: 'image-a', status: 'FORBIDDEN', reason }))
    const body = { _shards: { total: 2, successful: 0, failed: 2, failures } }
    const error = responseError(403, body)
    expect(classifySearchError(error)).toMatchObject({
      code: 'search_refused',
      message: `OpenSearch refused a request with status 403: security_exception: ${reason.reason}`,
      details: { type: 'security_exception' },
    })
    expect(isForbidden(error)).toBe(true)
  })

  test('is the text of a page, when a proxy responded', () => {
    expect(describeErrorBody('<html><h1>413 Request Entity Too Large</h1><hr>nginx</html>')).toBe(
      '413 Request Entity Too Large nginx',
    )
    expect(describeErrorBody('')).toBe('no reason was given')
    expect(describeErrorBody({ error: 'alias [a] missing', status: 404 })).toBe('alias [a] missing')
  })

  test('names a cause once, however many shards it comes from', () => {
    const shard = { reason: { type: 'a', reason: 'the same' } }
    const body = { error: { type: 'b', reason: 'all shards failed', failed_shards: [shard, shard] } }
    expect(describeErrorBody(body)).toBe('b: all shards failed: caused by: the same')
  })
})
