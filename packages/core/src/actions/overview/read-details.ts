import { filteredEnding, type IndexDetails } from '../../contract/index.ts'
import { IndexNotFoundError } from '../../errors.ts'
import {
  findAliasTargets,
  flattenSettings,
  getIndex,
  listShards,
  type IndexInfo,
} from '../../search/index.ts'
import { isFiltered } from '../is-filtered.ts'
import { modelOfIndex, type OverviewContext } from './list-indices.ts'

type Json = Record<string, unknown>

/**
 * Mappings, settings and shards of an index, and how it differs from the one that is live.
 *
 * @throws IndexNotFoundError, also for an alias
 */
export async function readIndexDetails(context: OverviewContext, name: string): Promise<IndexDetails> {
  const { search, store } = context
  const model = modelOfIndex(context, name)
  const index = await getIndex(search, name)
  if (!index) throw new IndexNotFoundError(name)
  const filtered = isFiltered(name, await store.getIndex(index.uuid))
  const [live] = await findAliasTargets(search, filtered ? `${model.name}${filteredEnding}` : model.name)
  const other = live && live.uuid !== index.uuid ? await getIndex(search, live.name) : null
  return {
    mappings: index.mappings,
    settings: flattenSettings(index.settings),
    compared_with: other && { index: other.name, differences: compare(index, other) },
    shards: await listShards(search, name),
  }
}

/** What every index has its own of: no difference that matters. */
const own = new Set([
  'mappings._meta',
  'settings.uuid',
  'settings.creation_date',
  'settings.provided_name',
  'settings.resize.source.name',
  'settings.resize.source.uuid',
])

function compare(here: IndexInfo, there: IndexInfo) {
  const [a, b] = [here, there].map(({ mappings, settings }) => ({
    ...Object.fromEntries(
      Object.entries(flattenSettings(settings)).map(([name, value]) => [`settings.${name}`, value]),
    ),
    mappings,
  }))
  return listDifferences(a, b, '')
}

/** The paths at which two values differ, each as deep as possible; null where a value is absent. */
function listDifferences(
  here: unknown,
  there: unknown,
  path: string,
): { path: string; here: unknown; there: unknown }[] {
  if (own.has(path)) return []
  if (isObject(here) && isObject(there)) {
    const keys = [...new Set([...Object.keys(here), ...Object.keys(there)])].sort()
    return keys.flatMap((key) => listDifferences(here[key], there[key], path === '' ? key : `${path}.${key}`))
  }
  const isSame = JSON.stringify(here) === JSON.stringify(there)
  return isSame ? [] : [{ path, here: here ?? null, there: there ?? null }]
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
