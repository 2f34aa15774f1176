import { z } from 'zod'
import type { SearchClient } from './connect-opensearch.ts'
import { requireComplete } from './complete-search.ts'
import { parseResponse } from './parse-response.ts'
import { parseExactJson } from './parse-exact-json.ts'
import { readText, type TextResponse } from './read-text.ts'

interface FoundDocument {
  /** `_id` */
  key: string
  source: Record<string, unknown>
}

interface FoundDocuments {
  documents: FoundDocument[]
  total: number
  isExact: boolean
}

/** OpenSearch refuses longer ids (`_id` field, "size limit"). */
const maxKeyBytes = 512

/** Matches are counted up to this number: counting all of a common word's would read the whole index. */
const countedMatches = 10_000

const responseSchema = z.object({
  hits: z.object({
    total: z.object({ value: z.int(), relation: z.string() }),
    hits: z.array(
      z.object({ _id: z.string(), _source: z.record(z.string(), z.unknown()).optional().default({}) }),
    ),
  }),
})

/**
 * Documents that match words, best first, or the one with that id; without a text any documents. As of the last
 * refresh.
 *
 * @param fields the text fields that the words are searched in
 * @throws IndexClosedError, SearchUnavailableError when a shard is missing
 */
export async function searchDocuments(
  client: SearchClient,
  index: string,
  { text, fields, size }: { text: string; fields: readonly string[]; size: number },
): Promise<FoundDocuments> {
  if (text === '') return search(client, index, { size, query: { match_all: {} }, track_total_hits: true })
  const words = { simple_query_string: { query: text, fields: [...fields], lenient: true } }
  // The document of that id comes first.
  const byId = isKey(text) ? [{ ids: { values: [text], boost: 1_000 } }] : []
  const should = fields.length > 0 ? [words, ...byId] : byId
  // Without anything to match, `bool` would match everything.
  const query = should.length > 0 ? { bool: { should, minimum_should_match: 1 } } : { match_none: {} }
  return search(client, index, { size, query, track_total_hits: countedMatches })
}

/** The document with an id, as of the last refresh; null if there is none. */
export async function findDocument(
  client: SearchClient,
  index: string,
  key: string,
): Promise<FoundDocument | null> {
  if (!isKey(key)) return null
  const { documents } = await search(client, index, { size: 1, query: { ids: { values: [key] } } })
  return documents[0] ?? null
}

function isKey(text: string): boolean {
  return text !== '' && new TextEncoder().encode(text).length <= maxKeyBytes
}

async function search(
  client: SearchClient,
  index: string,
  body: Record<string, unknown>,
): Promise<FoundDocuments> {
  const response = await client.search(
    { index, body, allow_partial_search_results: false, request_cache: false },
    { asStream: true },
  )
  // The client's own parser would round large ids.
  const parsed = parseExactJson(await readText(response as unknown as TextResponse))
  const { hits } = parseResponse(responseSchema, parsed, `GET ${index}/_search`)
  requireComplete(index, parsed as object)
  return {
    documents: hits.hits.map(({ _id, _source }) => ({ key: _id, source: _source })),
    total: hits.total.value,
    isExact: hits.total.relation === 'eq',
  }
}
