import type { SearchClient } from './connect-opensearch.ts'
import { searchErrorType, searchStatus } from './classify-search-error.ts'
import { IndexExistsError } from '../errors.ts'

type Json = Record<string, unknown>

export interface IndexInfo {
  name: string
  uuid: string
  aliases: string[]
  /** `_meta` of the mapping: an index built by this server names its task there. */
  meta: Json
  settings: Json
}

interface IndexResponse {
  aliases?: Record<string, unknown>
  mappings?: { _meta?: Json }
  settings?: { index?: Json & { uuid?: string } }
}

/**
 * What is known of an index by its exact name (an alias does not count), or null when there is none.
 *
 * @param requestTimeoutMs for a caller who would rather know nothing than wait; else the client's own
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
  const info = (body as Record<string, IndexResponse> | null)?.[name]
  return info ? toIndexInfo(name, info) : null
}

/** The same of all indices that a pattern with `*` fits, in no order. */
export async function listIndexInfos(client: SearchClient, pattern: string): Promise<IndexInfo[]> {
  const { body } = await client.indices.get({ index: pattern, expand_wildcards: 'all' })
  return Object.entries(body as Record<string, IndexResponse>).map(([name, info]) => toIndexInfo(name, info))
}

function toIndexInfo(name: string, { aliases, mappings, settings }: IndexResponse): IndexInfo {
  return {
    name,
    uuid: settings?.index?.uuid ?? '',
    aliases: Object.keys(aliases ?? {}),
    meta: mappings?._meta ?? {},
    settings: settings?.index ?? {},
  }
}

function nullBody(error: unknown): { body: null } {
  if (searchStatus(error) === 404) return { body: null }
  throw error
}

export interface NewIndex {
  name: string
  settings: Json
  mappings: object
  aliases: readonly string[]
}

/** Creates an index. @throws IndexExistsError */
export async function createIndex(client: SearchClient, index: NewIndex): Promise<void> {
  try {
    await client.indices.create({
      index: index.name,
      // The table of an index may be large and its node slow: whether it is allocated is seen when it is used.
      wait_for_active_shards: '1',
      body: {
        settings: index.settings,
        mappings: index.mappings,
        aliases: Object.fromEntries(index.aliases.map((alias) => [alias, { is_hidden: true }])),
      },
    })
  } catch (error) {
    if (searchErrorType(error) === 'resource_already_exists_exception') throw new IndexExistsError(index.name)
    throw error
  }
}

/** Deletes an index; one that isn't there is no error. */
export async function deleteIndex(client: SearchClient, name: string): Promise<void> {
  await client.indices.delete({ index: name }).catch(nullBody)
}

export async function putSettings(client: SearchClient, name: string, settings: Json): Promise<void> {
  await client.indices.putSettings({ index: name, body: settings })
}

/**
 * Blocks writes and makes everything written so far durable and searchable. The block waits for the requests that
 * are under way, so what comes after it sees all of them.
 */
export async function sealIndex(client: SearchClient, name: string): Promise<void> {
  await client.indices.addBlock({ index: name, block: 'write' })
  await client.indices.flush({ index: name, wait_if_ongoing: true })
  await client.indices.refresh({ index: name })
}

export async function unsealIndex(client: SearchClient, name: string): Promise<void> {
  await putSettings(client, name, { 'index.blocks.write': null })
}

/** Data nodes of the cluster, and whether the cluster answers at all. */
export async function countDataNodes(client: SearchClient): Promise<number> {
  const { body } = await client.cluster.health({})
  return body.number_of_data_nodes
}
