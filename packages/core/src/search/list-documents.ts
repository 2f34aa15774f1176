import {
  completeSearch,
  exactIdField,
  maxHits,
  rangeQuery,
  type DocumentRange,
  type SearchHit,
} from './complete-search.ts'
import type { SearchClient } from './connect-opensearch.ts'

export interface IndexedDocument {
  /** `_id` */
  key: string
  /** Null for a document without an id. */
  id: bigint | null
  mature: boolean
}

type DocumentState = 'present' | 'mature' | 'several'

/** The documents in a range, by id; at most `maxHits`. */
export async function listDocuments(
  client: SearchClient,
  index: string,
  range: DocumentRange,
): Promise<IndexedDocument[]> {
  const body = await completeSearch(client, index, {
    size: maxHits,
    query: rangeQuery(range),
    sort: [{ id: 'asc' }],
    _source: false,
    docvalue_fields: [exactIdField, 'mature'],
  })
  return body.hits.hits.map(toIndexedDocument)
}

/** Keys of documents outside all ranges: without an id, or with one above `end`. At most `maxHits`. */
export async function listOrphanKeys(
  client: SearchClient,
  index: string,
  end: bigint | null,
): Promise<string[]> {
  const beyond = end === null ? [{ exists: { field: 'id' } }] : [{ range: { id: { gt: end.toString() } } }]
  const body = await completeSearch(client, index, {
    size: maxHits,
    _source: false,
    query: { bool: { should: [{ bool: { must_not: { exists: { field: 'id' } } } }, ...beyond] } },
  })
  return body.hits.hits.map((hit) => hit._id)
}

/**
 * The state of each key's document: mature or not, or several documents, which were written with a routing of their
 * own. A key without a document is missing from the result.
 */
export async function findStates(
  client: SearchClient,
  index: string,
  keys: readonly string[],
): Promise<Map<string, DocumentState>> {
  const states = new Map<string, DocumentState>()
  for (let start = 0; start < keys.length; start += maxHits) {
    const body = await completeSearch(client, index, {
      size: maxHits,
      _source: false,
      docvalue_fields: ['mature'],
      query: { ids: { values: keys.slice(start, start + maxHits) } },
    })
    for (const hit of body.hits.hits) {
      states.set(hit._id, states.has(hit._id) ? 'several' : isMature(hit) ? 'mature' : 'present')
    }
  }
  return states
}

/** The number of documents of an index, as of its last refresh. */
export async function countDocuments(client: SearchClient, index: string): Promise<number> {
  const body = await completeSearch(client, index, { size: 0, track_total_hits: true })
  return body.hits.total.value
}

function toIndexedDocument(hit: SearchHit): IndexedDocument {
  const id = hit.fields?.id?.[0]
  return { key: hit._id, id: id === undefined ? null : BigInt(id), mature: isMature(hit) }
}

/** Same as the query `mature: true`, which also matches a field with several values. */
function isMature({ fields }: SearchHit): boolean {
  return fields?.mature?.includes(true) === true
}
