import { z } from 'zod'
import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { classifySearchError, searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { createIndex } from './create-index.ts'
import type { IndexInfo } from './indices.ts'
import { flattenSettings, type FlatSettings } from './flat-settings.ts'
import { loadSettings } from './index-settings.ts'
import { exactIdField } from './complete-search.ts'
import { parseResponse } from './parse-response.ts'
import { effectOf } from './setting-effects.ts'
import { requireAllShards } from './shard-failures.ts'

const countResponseSchema = z.object({
  count: z.int(),
  _shards: z.object({ total: z.int(), successful: z.int() }),
})

/**
 * Counts the documents that match a query, as of the last refresh.
 *
 * @throws SearchUnavailableError when a shard is missing
 */
export async function countMatches(
  client: SearchClient,
  index: string,
  query: Record<string, unknown>,
): Promise<number> {
  const { body } = await client.count({ index, body: { query } })
  const { count, _shards } = parseResponse(countResponseSchema, body, `GET ${index}/_count`)
  const { total, successful } = _shards
  if (successful < total) {
    throw new SearchUnavailableError(`OpenSearch responded for ${successful} of ${total} shards of ${index}`)
  }
  return count
}

/**
 * Why OpenSearch rejects a query, because of its size or content; null when it accepts it. Reads as few documents as
 * possible.
 */
export async function findQueryFault(
  client: SearchClient,
  index: string,
  query: Record<string, unknown>,
): Promise<string | null> {
  try {
    const body: Record<string, unknown> = { size: 0, track_total_hits: false, terminate_after: 1, query }
    await client.search({ index, body, allow_partial_search_results: false })
    return null
  } catch (error) {
    const failure = classifySearchError(error)
    const status = searchStatus(error)
    // Some versions use status 500 for it too. A missing right or index is not a fault of the query.
    const isFault = failure instanceof SearchRefusedError && ![401, 403, 404].includes(status ?? 0)
    if (isFault) return failure.message
    throw error
  }
}

/** The smallest and the largest id of an index's documents, as of the last refresh; null if it is empty. */
export async function readIdRange(
  client: SearchClient,
  index: string,
): Promise<{ min: bigint; max: bigint } | null> {
  const min = await readOutermostId(client, index, 'asc')
  const max = await readOutermostId(client, index, 'desc')
  return min === null || max === null ? null : { min, max }
}

/** The first id in an order. Not an aggregation: OpenSearch computes those with doubles, exact only below 2^53. */
async function readOutermostId(
  client: SearchClient,
  index: string,
  order: 'asc' | 'desc',
): Promise<bigint | null> {
  const request: Record<string, unknown> = {
    size: 1,
    query: { exists: { field: 'id' } },
    sort: [{ id: order }],
    _source: false,
    docvalue_fields: [exactIdField],
  }
  const { body } = await client.search({ index, body: request, allow_partial_search_results: false })
  const [hit] = outermostSchema.parse(body.hits.hits)
  return hit ? BigInt(hit.fields.id[0]) : null
}

/**
 * Approximate ids that divide an index's documents into equal parts, as of the last refresh. Computed with doubles from
 * a digest: they need not be ids of documents, which makes no difference for range boundaries.
 */
export async function readIdBorders(client: SearchClient, index: string, parts: number): Promise<bigint[]> {
  if (parts < 2) return []
  const percents = Array.from({ length: parts - 1 }, (_, part) => (100 * (part + 1)) / parts)
  const request: Record<string, unknown> = {
    size: 0,
    aggs: {
      borders: { percentiles: { field: 'id', percents, keyed: false, tdigest: { compression: 1_000 } } },
    },
  }
  const { body } = await client.search({ index, body: request, allow_partial_search_results: false })
  const { borders } = bordersSchema.parse(body.aggregations)
  return borders.values.flatMap(({ value }) =>
    typeof value === 'number' && Number.isFinite(value) ? [BigInt(Math.floor(value))] : [],
  )
}

/** Without documents the values are null or the text NaN. */
const bordersSchema = z.object({
  borders: z.object({ values: z.array(z.object({ value: z.union([z.number(), z.string(), z.null()]) })) }),
})

const outermostSchema = z.array(z.object({ fields: z.object({ id: z.tuple([z.string()]) }) }))

/** The fields that an index has no mapping for; full names such as `title.raw`. */
export async function listUnmappedFields(
  client: SearchClient,
  index: string,
  fields: readonly string[],
): Promise<string[]> {
  const { body } = await client.indices.getFieldMapping({ index, fields: [...fields] })
  const mapped = Object.keys(body[index]?.mappings ?? {})
  return fields.filter((field) => !mapped.includes(field))
}

/** Refreshes an index, or several, separated by commas, so that everything written to it is searchable. */
export async function refreshIndex(client: SearchClient, index: string): Promise<void> {
  const { body } = await client.indices.refresh({ index })
  requireAllShards(`the refresh of ${index}`, body)
}

/** Replaces `_meta` in the mapping of the index behind an alias. */
export async function putMeta(
  client: SearchClient,
  alias: string,
  meta: Record<string, string>,
): Promise<void> {
  await client.indices.putMapping({ index: alias, body: { _meta: meta } })
}

/** Creates an empty index with the fields, analyzers and number of shards of another one. */
export async function createIndexLike(
  client: SearchClient,
  source: IndexInfo,
  target: { name: string; alias: string; meta: Record<string, string> },
): Promise<IndexInfo> {
  return createIndex(client, {
    name: target.name,
    settings: { ...loadSettings, ...settingsOfFields(source) },
    mappings: { ...source.mappings, _meta: target.meta },
    aliases: [target.alias],
  })
}

/** The settings that the fields of an index, or of its copies, depend on. */
export function settingsOfFields({ settings }: IndexInfo): Record<string, unknown> {
  const kept = ['number_of_shards', 'analysis', 'similarity'].filter((name) => name in settings)
  return Object.fromEntries(kept.map((name) => [name, settings[name]]))
}

/**
 * Settings that a clone must not copy from its source, because a new index with them would be refused unless they were
 * requested, such as a pipeline. Settings that fields need are copied.
 */
export function listHarmfulSettings({ settings }: IndexInfo): string[] {
  return Object.entries(flattenSettings(settings))
    .filter(([name, value]) => effectOf(name, value) === 'harmful' && !/^(analysis|similarity)\./.test(name))
    .map(([name]) => name)
}

/** The harmless settings that two indices share with the same value. */
export function settingsInCommon(a: IndexInfo, b: IndexInfo): FlatSettings {
  const other = flattenSettings(b.settings)
  return Object.fromEntries(
    Object.entries(flattenSettings(a.settings)).filter(
      ([name, value]) => String(other[name]) === String(value) && effectOf(name, value) !== 'harmful',
    ),
  )
}
