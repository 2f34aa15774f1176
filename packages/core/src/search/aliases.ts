import { z } from 'zod'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { nullBody } from './indices.ts'
import { byIndexName, parseResponse } from './parse-response.ts'

/** An index by its name and UUID, which distinguishes it from another index of that name. */
export interface NamedIndex {
  name: string
  uuid: string
}

/** An index behind an alias. */
export interface AliasTarget extends NamedIndex {
  /** Properties of the alias that change what searches through it find, such as `filter`; absent: none. */
  alters?: readonly string[]
}

/**
 * The indices behind an alias, by name; empty if there is no such alias.
 *
 * @param requestTimeoutMs overrides the client's timeout, for callers that prefer an error to a long wait
 */
export async function findAliasTargets(
  client: SearchClient,
  alias: string,
  requestTimeoutMs?: number,
): Promise<AliasTarget[]> {
  const { body } = await client.indices
    .get(
      { index: alias, expand_wildcards: 'all', flat_settings: true },
      requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs },
    )
    .catch(nullBody)
  if (body === null) return []
  return (
    Object.entries(parseResponse(targetsSchema, body, `GET ${alias}`))
      // An index of that name is not an alias.
      .filter(([name]) => name !== alias)
      .map(([name, { settings, aliases }]) => {
        const alters = Object.keys(aliases?.[alias] ?? {}).filter((key) => altering.has(key))
        return { name, uuid: settings['index.uuid'], ...(alters.length > 0 && { alters }) }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  )
}

/** Alias properties that make a search through it find other documents than a search of the index. */
const altering: ReadonlySet<string> = new Set(['filter', 'routing', 'index_routing', 'search_routing'])

const targetsSchema = byIndexName(
  z.object({
    settings: z.object({ 'index.uuid': z.string() }),
    aliases: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  }),
)

export interface AliasSwap {
  alias: string
  /** The indices that the alias pointed to when it was read. */
  from: readonly string[]
  to: string
  /** Write alias that `to` must have and that the call removes, so that it takes effect at most once. */
  writeAlias: string
}

/**
 * Points each alias to one index and away from all others in one cluster state update: no search sees an alias pointing
 * to none or to two, or one alias moved and another not yet.
 *
 * @param pattern index name pattern with `*` that covers all indices that may have got an alias since it was read;
 *   matches every `to`
 * @returns false, with nothing changed, when a `to` lacks its write alias, or a `from` has lost its alias
 */
export async function swapAliases(
  client: SearchClient,
  swaps: readonly AliasSwap[],
  pattern: string,
  requestTimeoutMs: number,
): Promise<boolean> {
  // Two aliases may point to one index, which then has one write alias.
  const writeAliases = new Map(swaps.map(({ to, writeAlias }) => [writeAlias, to]))
  const actions = [
    ...[...writeAliases].map(([alias, index]) => ({ remove: { index, alias, must_exist: true } })),
    ...swaps.flatMap(({ alias, from, to }) => [
      ...from
        .filter((name) => name !== to)
        .map((name) => ({ remove: { index: name, alias, must_exist: true } })),
      { remove: { index: pattern, alias, must_exist: false } },
      { add: { index: to, alias } },
    ]),
  ]
  try {
    await client.indices.updateAliases({ body: { actions } }, { requestTimeout: requestTimeoutMs })
    return true
  } catch (error) {
    if (searchStatus(error) === 404) return false
    throw error
  }
}
