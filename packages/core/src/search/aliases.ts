import { z } from 'zod'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { nullBody } from './indices.ts'
import { byIndexName, parseAnswer } from './parse-answer.ts'

/** An index by its name, and by what distinguishes it from another one of that name. */
export interface NamedIndex {
  name: string
  uuid: string
}

/** An index behind an alias. */
export interface AliasTarget extends NamedIndex {
  /** What the alias does to searches through it beside leading to the index, such as `filter`; absent: nothing. */
  alters?: readonly string[]
}

/**
 * The indices behind an alias, by name; none when there is no such alias.
 *
 * @param requestTimeoutMs for a caller who would rather know nothing than wait; else the client's own
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
    Object.entries(parseAnswer(targetsSchema, body, `GET ${alias}`))
      // An index of that name is no alias.
      .filter(([name]) => name !== alias)
      .map(([name, { settings, aliases }]) => {
        const alters = Object.keys(aliases?.[alias] ?? {}).filter((key) => altering.has(key))
        return { name, uuid: settings['index.uuid'], ...(alters.length > 0 && { alters }) }
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  )
}

/** Properties of an alias by which a search through it finds other documents than one of the index itself. */
const altering: ReadonlySet<string> = new Set(['filter', 'routing', 'index_routing', 'search_routing'])

const targetsSchema = byIndexName(
  z.object({
    settings: z.object({ 'index.uuid': z.string() }),
    aliases: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  }),
)

export interface AliasSwap {
  alias: string
  /** What the alias was seen to point to. */
  from: readonly string[]
  to: string
  /** Names, with `*`, of the indices that may have got the alias since it was looked at; `to` among them. */
  pattern: string
  /** An alias that `to` must have, and has no more when the swap is done: so it is done once, or never. */
  mark: string
}

/**
 * Points an alias to one index, and away from all others, in one change of the cluster's state: no search sees it
 * point to none or to two.
 *
 * @returns false, and nothing is changed, when `to` has no such mark, or `from` has lost the alias
 */
export async function swapAlias(
  client: SearchClient,
  { alias, from, to, pattern, mark }: AliasSwap,
  requestTimeoutMs: number,
): Promise<boolean> {
  const actions = [
    { remove: { index: to, alias: mark, must_exist: true } },
    ...from
      .filter((name) => name !== to)
      .map((name) => ({ remove: { index: name, alias, must_exist: true } })),
    { remove: { index: pattern, alias, must_exist: false } },
    { add: { index: to, alias } },
  ]
  try {
    await client.indices.updateAliases({ body: { actions } }, { requestTimeout: requestTimeoutMs })
    return true
  } catch (error) {
    if (searchStatus(error) === 404) return false
    throw error
  }
}
