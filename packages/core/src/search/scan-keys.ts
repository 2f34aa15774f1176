import { completeSearch, exactIdField, maxHits, requireComplete, type SearchHit } from './complete-search.ts'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'

/*
 * A query can't compare a document's key (`_id`) with its id: keys are only in the term index and in stored fields. So
 * all keys are read in storage order, at a fifth of the cost of reading them by id. This uses a scroll, because
 * OpenSearch 2 has no other way to continue in that order.
 */

/**
 * How long a scroll is kept between two pages: a page takes a fraction of a second, but the task may pause for longer.
 */
const keepAlive = '5m'
/** Small enough that responses parse quickly. */
const keysPerPage = maxHits
/** The fields that are read: less than half of the response, which saves a fifth of the time. */
const filter_path = ['_scroll_id', 'timed_out', '_shards', 'hits.hits._id', 'hits.hits.fields.id']

interface KeyPage {
  /** Documents whose id differs from that of their key. */
  mismatched: { key: string; ids: string[] }[]
  /** For the next page; null after the last. */
  scrollId: string | null
}

/** Starts to read the keys of an index, or of one of several slices of it. */
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

/** @returns the next page; null when OpenSearch no longer has the scroll, so the scan must restart */
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

/** Releases a scan that is not read to its end; otherwise OpenSearch does so after the keep-alive time. */
export async function endKeyScan(client: SearchClient, scrollId: string): Promise<void> {
  await client.clearScroll({ body: { scroll_id: [scrollId] } }, { ignore: [404] })
}

function toPage(body: ReturnType<typeof requireComplete>): KeyPage {
  // The filter omits empty parts.
  const { _scroll_id, hits } = body as Pick<typeof body, '_scroll_id'> & { hits?: Partial<typeof body.hits> }
  const found = hits?.hits ?? []
  return {
    mismatched: found.filter(isMismatched).map(({ _id, fields }) => ({ key: _id, ids: fields?.id ?? [] })),
    scrollId: found.length > 0 ? (_scroll_id ?? null) : null,
  }
}

function isMismatched({ _id, fields }: SearchHit): boolean {
  const ids = fields?.id
  return ids !== undefined && (ids.length > 1 || ids[0] !== _id)
}
