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

/** Nothing alters a document on its way into an index that is built here, and a pattern finds the index. */
export const plainSettings = { default_pipeline: '_none', final_pipeline: '_none', hidden: false }

/**
 * Creates an index that is what was asked for, whatever index templates match its name: what they add is switched
 * off in the request where that is possible. An alias can't be, so an index that would get one is not created; what
 * differs all the same is deleted again at once.
 *
 * @throws IndexExistsError
 * @throws IndexDiffersError with the differences, and the templates by name
 */
export async function createIndex(client: SearchClient, index: NewIndex): Promise<IndexInfo> {
  const effect = await readTemplateEffect(client, index.name)
  const { request, wanted } = prepare(index, effect)
  const foreseen = compareAliases(effect, index)
  if (foreseen.length > 0) throw new IndexDiffersError(index.name, foreseen, effect.templates)
  try {
    await client.indices.create({
      index: index.name,
      // The table of an index may be large and its node slow: whether it is allocated is seen when it is used.
      wait_for_active_shards: '1',
      body: request,
    })
  } catch (error) {
    if (searchErrorType(error) !== 'resource_already_exists_exception') throw error
    const existing = await getIndex(client, index.name)
    // The answer to the request that created it was lost, and the request sent again: its alias is one that no other
    // index had before.
    if (!existing || !isOwn(index, existing)) throw new IndexExistsError(index.name)
  }
  const created = await getIndex(client, index.name)
  if (!created) throw new IndexReplacedError(index.name)
  const { differences } = compareIndex(wanted, created, { byTemplates: mayAdd(effect) })
  if (differences.length === 0) return created
  // Only what was made just now.
  if (isOwn(index, created)) await deleteIndex(client, index.name)
  throw new IndexDiffersError(index.name, differences, effect.templates)
}

function isOwn({ aliases }: NewIndex, found: IndexInfo): boolean {
  return aliases.length > 0 && aliases.every((alias) => found.aliases.includes(alias))
}

/** What `createIndex` would make of an index, as far as that can be known before: for a plan. Changes nothing. */
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
 * Compares an index that is being built with what it is to be like, once more.
 *
 * @returns what else is to be known of it, each in a few words
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

/** What templates say and the index has not, as it would alter documents or searches. */
function listIgnored({ settings, templates }: TemplateEffect, found: Json): string[] {
  const flat = flattenSettings(found)
  return Object.entries(settings)
    .filter(([name, value]) => String(flat[name]) !== String(value) && effectOf(name, value) !== 'own')
    .map(
      ([name, value]) =>
        `setting ${name} (${String(value)}) of index template ${templates.join(', ')} is not applied`,
    )
}

/** The create request, which takes away what templates add, and what the index is to be like then. */
function prepare({ settings, mappings, aliases }: NewIndex, effect: TemplateEffect) {
  const asked = { ...flattenSettings(plainSettings), ...flattenSettings(settings) }
  const reset = Object.entries(effect.settings).filter(([name, value]) => {
    const isOurs = name in asked
    const isNeeded = effectOf(name, value) === 'harmless' || effectOf(name, value) === 'own'
    // One without a type is refused: OpenSearch takes these only as a whole.
    return !isOurs && !isNeeded && !/^(analysis|similarity)\./.test(name)
  })
  const wanted: WantedIndex = { settings: asked, mappings: mappings as Json, aliases }
  const request = {
    settings: {
      ...asked,
      ...Object.fromEntries(reset.map(([name]) => [name, name.startsWith('sort.') ? [] : null])),
    },
    mappings: { ...resetMetaFields(effect.mappings), ...(mappings as Json) },
    aliases: Object.fromEntries(aliases.map((alias) => [alias, { is_hidden: true }])),
  }
  return { request, wanted }
}

/** The defaults of what a template says of documents as a whole. */
function resetMetaFields(mappings: Json): Json {
  return {
    ...('_source' in mappings && { _source: { enabled: true, includes: [], excludes: [] } }),
    ...('_routing' in mappings && { _routing: { required: false } }),
  }
}

/** As OpenSearch does it. */
function joinMappings({ mappings, fields }: TemplateEffect, asked: Json): Json {
  const merged = mergeDeep(mappings, asked)
  if (fields === 'merge') return merged
  return { ...merged, properties: { ...fieldsOf(mappings), ...fieldsOf(asked) } }
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
