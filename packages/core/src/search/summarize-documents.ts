import { z } from 'zod'
import { SearchRefusedError } from '../errors.ts'
import { addTotals, checksumOf, checksumScript, emptySummary, type RangeSummary } from '../id-checksum.ts'
import { classifySearchError, searchStatus } from './classify-search-error.ts'
import { completeSearch, maxHits, rangeQuery, type DocumentRange } from './complete-search.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { listDocuments } from './list-documents.ts'

/** Totals of the documents in a range. */
export async function summarizeDocuments(
  client: SearchClient,
  index: string,
  range: DocumentRange,
): Promise<RangeSummary> {
  try {
    return await summarizeByScript(client, index, range)
  } catch (error) {
    if (!isRefused(error)) throw error
    // A cluster may disable scripts (script.allowed_types), or only those in aggregations.
    return summarizeByReading(client, index, range)
  }
}

/**
 * Totals of the non-mature documents first, then of the mature ones. A document with several ids counts for each of
 * them.
 */
const totalsAggregation = {
  scripted_metric: {
    init_script: 'state.totals = new long[6]',
    map_script: `
      long[] totals = (long[]) state.totals;
      def ids = doc['id'];
      def mature = doc['mature'];
      int at = mature.size() > 0 && mature.get(mature.size() - 1) ? 3 : 0;
      for (int n = 0; n < ids.size(); n++) {
        long id = ids.get(n);
        totals[at] += 1;
        totals[at + 1] += id;
        totals[at + 2] += ${checksumScript('id')};
      }`,
    // As text: JSON.parse loses precision beyond 2^53.
    combine_script: `
      List texts = new ArrayList();
      for (long total : (long[]) state.totals) texts.add(Long.toString(total));
      return texts`,
    reduce_script: 'return states',
  },
}

async function summarizeByScript(
  client: SearchClient,
  index: string,
  range: DocumentRange,
): Promise<RangeSummary> {
  const body = await completeSearch(client, index, {
    size: 0,
    track_total_hits: false,
    query: rangeQuery(range),
    aggs: { totals: totalsAggregation },
  })
  const summary = emptySummary()
  const toTotals = ([count = '0', sum = '0', checksum = '0']: readonly string[]) => ({
    count: BigInt(count),
    sum: BigInt(sum),
    checksum: BigInt(checksum),
  })
  for (const texts of shardTotalsSchema.parse(body.aggregations?.totals.value)) {
    if (texts === null) continue
    addTotals(summary.others, toTotals(texts.slice(0, 3)))
    addTotals(summary.mature, toTotals(texts.slice(3)))
  }
  return summary
}

/** One entry per shard; null for a shard without documents. */
const shardTotalsSchema = z.array(z.array(z.string()).length(6).nullable())

/** Computes the same without a script, a hundred times slower. */
async function summarizeByReading(
  client: SearchClient,
  index: string,
  range: DocumentRange,
): Promise<RangeSummary> {
  const summary = emptySummary()
  for (let after = range.after; ;) {
    const documents = await listDocuments(client, index, { after, end: range.end })
    const last = documents.at(-1)?.id ?? null
    const isLastPage = documents.length < maxHits || last === null
    // More documents with the last id may follow. A page of only one id means so many duplicates that the range differs
    // in any case.
    const whole = isLastPage ? documents : documents.filter(({ id }) => id !== last)
    for (const { id, mature } of whole.length > 0 ? whole : documents) {
      if (id === null) continue
      const totals = { count: 1n, sum: id, checksum: checksumOf(id) }
      addTotals(mature ? summary.mature : summary.others, totals)
    }
    if (isLastPage) return summary
    after = whole.length > 0 ? last - 1n : last
  }
}

/** Whether OpenSearch would give the same response to a retry; not for a missing index. */
function isRefused(error: unknown): boolean {
  return classifySearchError(error) instanceof SearchRefusedError && searchStatus(error) !== 404
}
