import { z } from 'zod'
import { searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { flattenSettings, type FlatSettings } from './flat-settings.ts'
import { parseResponse } from './parse-response.ts'

type Json = Record<string, unknown>

/** What index templates add to an index of some name beyond its create request. */
export interface TemplateEffect {
  /**
   * False: this client may not read templates, so the fields below are empty, and only the created index shows their
   * effect.
   */
  known: boolean
  /** Names of the templates that apply. */
  templates: string[]
  settings: FlatSettings
  mappings: Json
  aliases: string[]
  /** Whether a template creates data streams for such names, so that no index can be created. */
  isDataStream: boolean
  /** How a create request's fields combine with the templates': `replace` a field's definition, or `merge` into it. */
  fields: 'replace' | 'merge'
}

const nothing: TemplateEffect = {
  known: true,
  templates: [],
  settings: {},
  mappings: {},
  aliases: [],
  isDataStream: false,
  fields: 'replace',
}

const json = z.record(z.string(), z.unknown())
const contentSchema = z.object({
  settings: json.optional(),
  mappings: json.optional(),
  aliases: json.optional(),
})
type Content = z.infer<typeof contentSchema>
const patterns = z.array(z.string())
const simulationSchema = z.object({ template: contentSchema.optional() })
const composableSchema = z.object({
  index_templates: z.array(
    z.object({
      name: z.string(),
      index_template: z.object({
        index_patterns: patterns,
        priority: z.number().optional(),
        data_stream: z.unknown().optional(),
      }),
    }),
  ),
})
const legacySchema = z.record(
  z.string(),
  contentSchema.extend({ index_patterns: patterns, order: z.number().optional() }),
)

/**
 * Reads which index templates apply to an index of this name, and what they would add. Changes nothing. A composable
 * template disables all legacy ones (`_template`), as in OpenSearch.
 */
export async function readTemplateEffect(client: SearchClient, index: string): Promise<TemplateEffect> {
  try {
    return (await readComposable(client, index)) ?? (await readLegacy(client, index)) ?? nothing
  } catch (error) {
    // A role without a right to templates, or a service without this API, can still create indices.
    const status = searchStatus(error)
    if (status !== null && status >= 400 && status < 500 && status !== 429)
      return { ...nothing, known: false }
    throw error
  }
}

async function readComposable(client: SearchClient, index: string): Promise<TemplateEffect | null> {
  const { body } = await client.indices.getIndexTemplate({})
  const [winner] = parseResponse(composableSchema, body, 'GET _index_template')
    .index_templates.filter(({ index_template }) => matchesAny(index_template.index_patterns, index))
    .sort((a, b) => (b.index_template.priority ?? 0) - (a.index_template.priority ?? 0))
  if (!winner) return null
  const isDataStream = winner.index_template.data_stream !== undefined
  const simulated = await client.indices.simulateIndexTemplate({ name: index })
  const { template } = parseResponse(simulationSchema, simulated.body, 'POST _index_template/_simulate_index')
  return { ...toEffect([template ?? {}]), templates: [winner.name], isDataStream }
}

async function readLegacy(client: SearchClient, index: string): Promise<TemplateEffect | null> {
  const { body } = await client.indices.getTemplate({})
  const matching = Object.entries(parseResponse(legacySchema, body, 'GET _template'))
    .filter(([, { index_patterns }]) => matchesAny(index_patterns, index))
    .sort(([, a], [, b]) => (a.order ?? 0) - (b.order ?? 0))
  if (matching.length === 0) return null
  const effect = toEffect(matching.map(([, content]) => content))
  return { ...effect, templates: matching.map(([name]) => name), fields: 'merge' }
}

function toEffect(contents: readonly Content[]): TemplateEffect {
  return {
    ...nothing,
    settings: Object.assign(
      {},
      ...contents.map(({ settings }) => flattenSettings(settings ?? {})),
    ) as FlatSettings,
    mappings: contents.reduce<Json>((merged, { mappings }) => mergeDeep(merged, mappings ?? {}), {}),
    aliases: [...new Set(contents.flatMap(({ aliases }) => Object.keys(aliases ?? {})))],
  }
}

/** Merges two objects deeply; values of the second override. */
export function mergeDeep(first: Json, second: Json): Json {
  const merged: Json = { ...first }
  for (const [key, value] of Object.entries(second)) {
    const before = merged[key]
    merged[key] = isJson(before) && isJson(value) ? mergeDeep(before, value) : value
  }
  return merged
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function matchesAny(names: readonly string[], index: string): boolean {
  return names.some((pattern) => matches(pattern, index))
}

/** Whether a pattern matches a name; `*` stands for any characters, and nothing else is special. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return pattern === name
  if (!name.startsWith(first)) return false
  let position = first.length
  for (const part of rest) {
    const found = name.indexOf(part, position)
    if (found < 0) return false
    position = found + part.length
  }
  return name.length - last.length >= position && name.endsWith(last)
}
