import { SearchUnavailableError } from '../errors.ts'
import type { SearchClient } from './connect-opensearch.ts'

/** The most hits of one search (index.max_result_window). */
const maxHits = 10_000

/** Ids as texts of digits: of numbers beyond 2^53 JSON.parse loses the last ones. */
export const exactIdField = { field: 'id', format: '0' } as const

interface Range {
  after: bigint | null
  end: bigint | null
}

interface SearchBody {
  timed_out: boolean
  _shards: { total: number; failed: number; failures?: unknown }
  hits: { total: { value: number }; hits: { _id: string; fields?: { id?: string[]; mature?: boolean[] } }[] }
  aggregations?: { id_sum: { value: number }; mature: { doc_count: number } }
}

export interface IndexedDocument {
  /** `_id` */
  key: string
  /** Null for a document without an id. */
  id: bigint | null
  mature: boolean
}

/** Number, sum of ids and number of mature ones of the documents in a range. */
export async function summarizeDocuments(client: SearchClient, index: string, range: Range) {
  const body = await search(client, index, {
    size: 0,
    track_total_hits: true,
    query: rangeQuery(range),
    aggs: { id_sum: { sum: { field: 'id' } }, mature: { filter: { term: { mature: true } } } },
  })
  return {
    count: body.hits.total.value,
    // Added up as a double with compensation: exact below 2^53. Beyond that a range may seem to differ, and is
    // compared id by id.
    idSum: BigInt(Math.round(body.aggregations?.id_sum.value ?? 0)).toString(),
    mature: body.aggregations?.mature.doc_count ?? 0,
  }
}

/** The documents in a range, by id; at most `maxHits`. */
export async function listDocuments(
  client: SearchClient,
  index: string,
  range: Range,
): Promise<IndexedDocument[]> {
  const body = await search(client, index, {
    size: maxHits,
    query: rangeQuery(range),
    sort: [{ id: 'asc' }],
    _source: false,
    docvalue_fields: [exactIdField, 'mature'],
  })
  return body.hits.hits.map(toIndexedDocument)
}

/** Keys of documents that no range covers: without an id, or with one above `end`. At most `maxHits`. */
export async function listStrayKeys(
  client: SearchClient,
  index: string,
  end: bigint | null,
): Promise<string[]> {
  const beyond = end === null ? [{ exists: { field: 'id' } }] : [{ range: { id: { gt: end.toString() } } }]
  const body = await search(client, index, {
    size: maxHits,
    _source: false,
    query: { bool: { should: [{ bool: { must_not: { exists: { field: 'id' } } } }, ...beyond] } },
  })
  return body.hits.hits.map((hit) => hit._id)
}

/** Which of the keys have a document, and whether it is mature; a key without one is missing from the result. */
export async function findStates(
  client: SearchClient,
  index: string,
  keys: readonly string[],
): Promise<Map<string, 'present' | 'mature'>> {
  const states = new Map<string, 'present' | 'mature'>()
  for (let start = 0; start < keys.length; start += maxHits) {
    const body = await search(client, index, {
      size: maxHits,
      _source: false,
      docvalue_fields: ['mature'],
      query: { ids: { values: keys.slice(start, start + maxHits) } },
    })
    for (const hit of body.hits.hits) {
      states.set(hit._id, hit.fields?.mature?.[0] === true ? 'mature' : 'present')
    }
  }
  return states
}

/** All documents of an index, as of its last refresh. */
export async function countDocuments(client: SearchClient, index: string): Promise<number> {
  const body = await search(client, index, { size: 0, track_total_hits: true })
  return body.hits.total.value
}

function toIndexedDocument(hit: SearchBody['hits']['hits'][number]): IndexedDocument {
  const id = hit.fields?.id?.[0]
  return { key: hit._id, id: id === undefined ? null : BigInt(id), mature: hit.fields?.mature?.[0] === true }
}

function rangeQuery({ after, end }: Range) {
  // As text: OpenSearch reads that exactly, and JSON.stringify writes no bigint.
  return {
    range: {
      id: { ...(after !== null && { gt: after.toString() }), ...(end !== null && { lte: end.toString() }) },
    },
  }
}

/** A search that is complete or an error: what only some shards know is not good enough to verify with. */
async function search(
  client: SearchClient,
  index: string,
  body: Record<string, unknown>,
): Promise<SearchBody> {
  const response = await client.search({
    index,
    body,
    allow_partial_search_results: false,
    request_cache: false,
  })
  // The client types hits by a generic document; only the fields named above are read.
  const result = response.body as unknown as SearchBody
  if (result.timed_out || result._shards.failed > 0) {
    throw new SearchUnavailableError(`OpenSearch answered for only some shards of ${index}`, {
      details: { index, shards: result._shards },
    })
  }
  return result
}
