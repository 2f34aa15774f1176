import { SearchUnavailableError } from '../errors.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { describeCause, listShardFailures } from './describe-search-error.ts'

/** Maximum hits of one search (index.max_result_window). */
export const maxHits = 10_000

/** Ids as decimal text: JSON.parse loses digits of numbers beyond 2^53. */
export const exactIdField = { field: 'id', format: '0' } as const

/** Ids above `after`, up to `end`; null: unbounded. */
export interface DocumentRange {
  after: bigint | null
  end: bigint | null
}

export interface SearchHit {
  _id: string
  fields?: { id?: string[]; mature?: boolean[] }
}

interface SearchBody {
  _scroll_id?: string
  timed_out: boolean
  _shards: { total: number; failed: number; failures?: unknown }
  hits: { total: { value: number }; hits: SearchHit[] }
  aggregations?: { totals: { value: unknown } }
}

export function rangeQuery({ after, end }: DocumentRange) {
  // As text: OpenSearch parses it exactly, and JSON.stringify does not support bigint.
  return {
    range: {
      id: { ...(after !== null && { gt: after.toString() }), ...(end !== null && { lte: end.toString() }) },
    },
  }
}

/** Runs a search and fails unless all shards respond: verification needs complete results. */
export async function completeSearch(
  client: SearchClient,
  index: string,
  body: Record<string, unknown>,
  parameters: { scroll?: string; filter_path?: string[] } = {},
): Promise<SearchBody> {
  const response = await client.search({
    index,
    body,
    allow_partial_search_results: false,
    // A scroll refuses this parameter.
    ...(parameters.scroll === undefined && { request_cache: false }),
    ...parameters,
  })
  return requireComplete(index, response.body)
}

/** @throws SearchUnavailableError for a response from only some shards */
export function requireComplete(index: string, body: object): SearchBody {
  // The client types hits as a generic document; only the fields named above are read.
  const result = body as SearchBody
  const { timed_out, _shards } = body as Partial<SearchBody>
  // A response without these fields is not from OpenSearch.
  if (timed_out !== false || _shards?.failed !== 0) {
    const [failure] = listShardFailures(body)
    const why = failure === undefined ? '' : `: ${describeCause(failure.reason)}`
    throw new SearchUnavailableError(`OpenSearch responded for only some shards of ${index}${why}`, {
      details: { index, shards: _shards ?? null },
    })
  }
  return result
}
