import { IndexExistsError, IndexReplacedError } from '../errors.ts'
import { IndexDiffersError } from '../index-errors.ts'
import { searchErrorType } from './classify-search-error.ts'
import { compareIndex, type WantedIndex } from './compare-index.ts'
import type { IndexComparison } from './index-comparison.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { flattenSettings } from './flat-settings.ts'
import { isJson, mergeDeep, readTemplateEffect, type TemplateEffect } from './index-templates.ts'
import { deleteIndex, getIndex, type IndexInfo } from './indices.ts'
import { effectOf } from './setting-effects.ts'

type Json = Record<string, unknown>

export interface NewIndex {
  name: string
  settings: Json
  mappings: object
  aliases: readonly string[]
}

/** No pipeline alters documents of an index that is built here, and wildcard patterns match the index. */
export const plainSettings = { default_pipeline: '_none', final_pipeline: '_none', hidden: false }

/**
 * Creates an index exactly as requested, whatever index templates match its name. The request disables what they add
 * where possible. An alias can't be disabled, so an index that would get one is not created. An index that still
 * differs after its creation is deleted at once.
 *
 * @throws IndexExistsError
 * @throws IndexDiffersError with the differences and the names of the templates
 */
export async function createIndex(client: SearchClient, index: NewIndex): Promise<IndexInfo> {
  const effect = await readTemplateEffect(client, index.name)
  const { request, wanted } = prepare(index, effect)
  const foreseen = compareAliases(effect, index)
  if (foreseen.length > 0) throw new IndexDiffersError(index.name, foreseen, effect.templates)
  try {
    await client.indices.create({
      index: index.name,
      // Creating a large index on a slow node takes time; the first use shows whether the shard is allocated.
      wait_for_active_shards: '1',
      body: request,
    })
  } catch (error) {
    if (searchErrorType(error) !== 'resource_already_exists_exception') throw error
    const existing = await getIndex(client, index.name)
    // The response to the creating request was lost and the request sent again: this task's alias is unique to the
    // index that it created.
    if (!existing || !isOwn(index, existing)) throw new IndexExistsError(index.name)
  }
  const created = await getIndex(client, index.name)
  if (!created) throw new IndexReplacedError(index.name)
  const { differences } = compareIndex(wanted, created, { byTemplates: mayAdd(effect) })
  if (differences.length === 0) return created
  // Delete only the index created just now.
  if (isOwn(index, created)) await deleteIndex(client, index.name)
  throw new IndexDiffersError(index.name, differences, effect.templates)
}

function isOwn({ aliases }: NewIndex, found: IndexInfo): boolean {
  return aliases.length > 0 && aliases.every((alias) => found.aliases.includes(alias))
}

/** What `createIndex` would create, as far as that is known in advance: for a plan. Changes nothing. */
export async function foreseeIndex(
  client: SearchClient,
  index: NewIndex,
): Promise<IndexComparison & Pick<TemplateEffect, 'known' | 'templates'>> {
  const effect = await readTemplateEffect(client, index.name)
  const { request, wanted } = prepare(index, effect)
  const found = {
    settings: { ...effect.settings, ...request.settings },
    mappings: joinMappings(effect, request.mappings),
    aliases: index.aliases,
  }
  const { differences, extras } = compareIndex(wanted, found, { byTemplates: mayAdd(effect) })
  return {
    known: effect.known,
    templates: effect.templates,
    differences: [...compareAliases(effect, index), ...differences],
    extras: [...extras, ...listIgnored(effect, found.settings)],
  }
}

/**
 * Compares an index that is being built with the requested properties again.
 *
 * @returns short warnings
 * @throws IndexDiffersError
 */
export async function requireIndexAsWanted(
  client: SearchClient,
  found: IndexInfo,
  wanted: WantedIndex,
): Promise<string[]> {
  const effect = await readTemplateEffect(client, found.name)
  const { differences, extras } = compareIndex(wanted, found, { byTemplates: mayAdd(effect) })
  if (differences.length > 0) throw new IndexDiffersError(found.name, differences, effect.templates)
  return [...extras, ...listIgnored(effect, found.settings)]
}

/** Template settings that were not applied because they would alter documents or searches. */
function listIgnored({ settings, templates }: TemplateEffect, found: Json): string[] {
  const flat = flattenSettings(found)
  return Object.entries(settings)
    .filter(([name, value]) => String(flat[name]) !== String(value) && effectOf(name, value) !== 'own')
    .map(
      ([name, value]) =>
        `setting ${name} (${String(value)}) of index template ${templates.join(', ')} is not applied`,
    )
}

/** The create request, which overrides what templates add, and the resulting properties of the index. */
function prepare({ settings, mappings, aliases }: NewIndex, effect: TemplateEffect) {
  const requested = { ...flattenSettings(plainSettings), ...flattenSettings(settings) }
  const reset = Object.entries(effect.settings).filter(([name, value]) => {
    const isOurs = name in requested
    const isNeeded = effectOf(name, value) === 'harmless' || effectOf(name, value) === 'own'
    // OpenSearch refuses an entry without a type: these can only be replaced as a whole.
    return !isOurs && !isNeeded && !/^(analysis|similarity)\./.test(name)
  })
  const wanted: WantedIndex = { settings: requested, mappings: mappings as Json, aliases }
  const request = {
    settings: {
      ...requested,
      ...Object.fromEntries(reset.map(([name]) => [name, name.startsWith('sort.') ? [] : null])),
    },
    mappings: { ...resetMetaFields(effect.mappings), ...(mappings as Json) },
    aliases: Object.fromEntries(aliases.map((alias) => [alias, { is_hidden: true }])),
  }
  return { request, wanted }
}

/** The default values of the mapping's metadata fields that a template sets. */
function resetMetaFields(mappings: Json): Json {
  return {
    ...('_source' in mappings && { _source: { enabled: true, includes: [], excludes: [] } }),
    ...('_routing' in mappings && { _routing: { required: false } }),
  }
}

/** Merges mappings as OpenSearch does. */
function joinMappings({ mappings, fields }: TemplateEffect, requested: Json): Json {
  const merged = mergeDeep(mappings, requested)
  if (fields === 'merge') return merged
  return { ...merged, properties: { ...fieldsOf(mappings), ...fieldsOf(requested) } }
}

function fieldsOf({ properties }: Json): Json {
  return isJson(properties) ? properties : {}
}

function compareAliases({ aliases, isDataStream }: TemplateEffect, index: NewIndex): string[] {
  return [
    ...aliases
      .filter((alias) => !index.aliases.includes(alias))
      .map((alias) => `it would get alias ${alias}`),
    ...(isDataStream ? ['names like this are those of data streams'] : []),
  ]
}

function mayAdd({ known, templates }: TemplateEffect): boolean {
  return !known || templates.length > 0
}
