import { z } from 'zod'
import { IndexReplacedError } from '../errors.ts'
import { isForbidden, searchErrorType, searchStatus } from './classify-search-error.ts'
import { clusterHealthSchema } from './cluster-health.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { byIndexName, notOpenSearchError, parseResponse } from './parse-response.ts'

type Json = Record<string, unknown>

export interface IndexInfo {
  name: string
  uuid: string
  aliases: string[]
  /** `_meta` of the mapping; an index built by this server names its task there. */
  meta: Json
  mappings: Json
  settings: Json
  /** A closed index refuses searches and writes until it is opened. */
  isClosed: boolean
}

const json = z.record(z.string(), z.unknown())
const indexSchema = z.object({
  aliases: json.optional(),
  mappings: json.and(z.object({ _meta: json.optional() })).optional(),
  settings: z.object({ index: json.and(z.object({ uuid: z.string() })) }),
})
const namedSchema = byIndexName(indexSchema)
const listSchema = z.record(z.string(), indexSchema)

/**
 * The properties of an index by its exact name (not an alias), or null if it doesn't exist.
 *
 * @param requestTimeoutMs overrides the client's timeout, for callers that prefer an error to a long wait
 */
export async function getIndex(
  client: SearchClient,
  name: string,
  requestTimeoutMs?: number,
): Promise<IndexInfo | null> {
  const { body } = await client.indices
    .get(
      { index: name, expand_wildcards: ['open', 'closed'] },
      requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs },
    )
    .catch(nullBody)
  const info = body === null ? undefined : parseResponse(namedSchema, body, `GET ${name}`)[name]
  return info ? toIndexInfo(name, info) : null
}

/** The properties of all indices that match a pattern with `*`, unordered. */
export async function listIndexInfos(client: SearchClient, pattern: string): Promise<IndexInfo[]> {
  const { body } = await client.indices.get({
    index: pattern,
    expand_wildcards: 'all',
    // Saves 30 kB per index built here; lists of indices don't need it.
    filter_path: ['-*.settings.index.analysis'],
  })
  const indices = parseResponse(listSchema, body, `GET ${pattern}`)
  return Object.entries(indices).map(([name, info]) => toIndexInfo(name, info))
}

function toIndexInfo(name: string, { aliases, mappings, settings }: z.infer<typeof indexSchema>): IndexInfo {
  return {
    name,
    uuid: settings.index.uuid,
    aliases: Object.keys(aliases ?? {}),
    meta: mappings?._meta ?? {},
    mappings: mappings ?? {},
    settings: settings.index,
    // Set by closing and removed by opening. The response contains no other information about the state.
    isClosed: settings.index['verified_before_close'] === 'true',
  }
}

/** Only OpenSearch's own response proves that an index is missing; a proxy's 404 does not. */
export function nullBody(error: unknown): { body: null } {
  if (searchErrorType(error) === 'index_not_found_exception') return { body: null }
  throw searchStatus(error) === 404 ? notOpenSearchError('a request for an index', error) : error
}

/** Deletes an index; a missing index is not an error. */
export async function deleteIndex(client: SearchClient, name: string): Promise<void> {
  await client.indices.delete({ index: name }).catch(nullBody)
}

/**
 * Updates settings of the index behind a task's alias: a delayed call finds no such alias once the task has moved on.
 *
 * @throws IndexReplacedError when there is no such alias
 */
export async function putSettings(
  client: SearchClient,
  { index, alias }: { index: string; alias: string },
  settings: Json,
): Promise<void> {
  try {
    await client.indices.putSettings({ index: alias, body: { index: settings } })
  } catch (error) {
    throw searchStatus(error) === 404 ? new IndexReplacedError(index, error) : error
  }
}

/** The number of data nodes for a role without a right to it: an index then gets one replica. */
const assumedDataNodes = 2

/** The number of data nodes in the cluster. */
export async function countDataNodes(client: SearchClient): Promise<number> {
  try {
    const { body } = await client.cluster.health({})
    return parseResponse(clusterHealthSchema, body, 'GET _cluster/health').number_of_data_nodes
  } catch (error) {
    if (isForbidden(error)) return assumedDataNodes
    throw error
  }
}
