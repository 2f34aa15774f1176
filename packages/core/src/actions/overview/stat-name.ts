import type { Stat } from '../../contract/index.ts'
import { findAliasTargets, getIndex, isWriteAlias, type SearchClient } from '../../search/index.ts'

/** Whether a name is an index, an alias, or unused. The aliases of tasks don't count. */
export async function statName(search: SearchClient, name: string): Promise<Stat> {
  // A pattern would match other names.
  if (name === '_all' || /[*,]/.test(name) || isWriteAlias(name)) return nothing
  const index = await getIndex(search, name)
  if (index) {
    const aliases = index.aliases.filter((alias) => !isWriteAlias(alias)).sort()
    return { exists: true, is_alias: false, alt_names: aliases }
  }
  const targets = await findAliasTargets(search, name)
  if (targets.length === 0) return nothing
  return { exists: true, is_alias: true, alt_names: targets.map((target) => target.name) }
}

const nothing: Stat = { exists: false, is_alias: null, alt_names: null }
