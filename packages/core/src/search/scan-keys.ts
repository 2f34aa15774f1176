import { completeSearch, exactIdField, maxHits, requireComplete, type SearchHit } from './complete-search.ts'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'

/*
 * A query can't compare a document's key (`_id`) with its id: keys are only in the term index and in stored fields. So
 * all keys are read, in the order in which they are stored, which costs OpenSearch a fifth of what reading them by id
 * would; a scroll, as OpenSearch 2 has no other way to go on in that order.
 */

/** As long as a scroll is kept between two pages: a page takes a fraction of a second, a pause of the task may be longer. */
const keepAlive = '5m'
/** Less than what makes OpenSearch's answers long to parse. */
const keysPerPage = maxHits
/** What is read of an answer: less than half of it, which saves a fifth of the time. */
const filter_path = ['_scroll_id', 'timed_out', '_shards', 'hits.hits._id', 'hits.hits.fields.id']

interface KeyPage {
  /** Documents that have an id, but not that of their key. */
  foreign: { key: string; ids: string[] }[]
  /** For the next page; null after the last. */
  scrollId: string | null
}

/** Begins to read the keys of an index, or of one of several parts of it. */
export async function beginKeyScan(
  client: SearchClient,
  index: string,
  { part, parts }: { part: number; parts: number },
): Promise<KeyPage> {
  const body = await completeSearch(
    client,
    index,
    {
      size: keysPerPage,
      sort: ['_doc'],
      _source: false,
      docvalue_fields: [exactIdField],
      ...(parts > 1 && { slice: { id: part, max: parts } }),
    },
    { scroll: keepAlive, filter_path },
  )
  return toPage(body)
}

/** @returns the next page; null when OpenSearch has forgotten the scroll, so that the scan has to begin anew */
export async function continueKeyScan(
  client: SearchClient,
  index: string,
  scrollId: string,
): Promise<KeyPage | null> {
  try {
    const { body } = await client.scroll({ body: { scroll: keepAlive, scroll_id: scrollId }, filter_path })
    return toPage(requireComplete(index, body))
  } catch (error) {
    if (searchStatus(error) === 404) return null
    throw error
  }
}

/** Lets OpenSearch forget a scan that is not read to its end; it does so by itself in a while. */
export async function endKeyScan(client: SearchClient, scrollId: string): Promise<void> {
  await client.clearScroll({ body: { scroll_id: [scrollId] } }, { ignore: [404] })
}

function toPage(body: ReturnType<typeof requireComplete>): KeyPage {
  // The filter leaves out what is empty.
  const { _scroll_id, hits } = body as Pick<typeof body, '_scroll_id'> & { hits?: Partial<typeof body.hits> }
  const found = hits?.hits ?? []
  return {
    foreign: found.filter(isForeign).map(({ _id, fields }) => ({ key: _id, ids: fields?.id ?? [] })),
    scrollId: found.length > 0 ? (_scroll_id ?? null) : null,
  }
}

function isForeign({ _id, fields }: SearchHit): boolean {
  const ids = fields?.id
  return ids !== undefined && (ids.length > 1 || ids[0] !== _id)
}
