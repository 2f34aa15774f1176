import type { IndexComparison } from './index-comparison.ts'
import { isJson } from './index-templates.ts'

type Json = Record<string, unknown>

/** Field parameters that change which documents are accepted or what a search finds. */
const telling = new Set([
  'analyzer',
  'coerce',
  'copy_to',
  'doc_values',
  'dynamic',
  'enabled',
  'format',
  'ignore_above',
  'ignore_malformed',
  'include_in_parent',
  'include_in_root',
  'index',
  'norms',
  'normalizer',
  'null_value',
  'position_increment_gap',
  'positive_score_impact',
  'search_analyzer',
  'search_quote_analyzer',
  'similarity',
  'split_queries_on_whitespace',
])

/** Types that accept any text, so that a subfield of such a type refuses no document. */
const takesAnyText = new Set([
  'text',
  'keyword',
  'search_as_you_type',
  'token_count',
  'wildcard',
  'match_only_text',
])

/** Compares a mapping with the requested one, field by field. */
export function compareMappings(
  comparison: IndexComparison,
  wanted: Json,
  found: Json,
  { byTemplates }: { byTemplates: boolean },
): void {
  const { differences, extras } = comparison
  for (const [key, value] of Object.entries(wanted)) {
    if (key === 'properties') continue
    if (key === '_meta') {
      for (const [name, text] of Object.entries(asJson(value))) {
        if (!isSame(asJson(found['_meta'])[name], text))
          differences.push(`_meta.${name} of its mapping differs`)
      }
    } else if (key in found && !isSame(found[key], value)) {
      differences.push(`${key} of its mapping is ${JSON.stringify(found[key])}`)
    }
  }
  const source = asJson(found['_source'])
  if (
    !('_source' in wanted) &&
    (source['enabled'] === false || isList(source['excludes']) || isList(source['includes']))
  ) {
    differences.push(`_source of its mapping is ${JSON.stringify(source)}, so documents are not kept whole`)
  }
  if (!('_routing' in wanted) && asJson(found['_routing'])['required'] === true) {
    differences.push('_routing of its mapping is required')
  }
  if (!('dynamic' in wanted) && !isSame(found['dynamic'] ?? 'true', 'true')) {
    differences.push(`dynamic of its mapping is ${String(found['dynamic'])}`)
  }
  compareFields('', asJson(wanted['properties']), asJson(found['properties']))

  function compareFields(path: string, wantedFields: Json, foundFields: Json): void {
    for (const [name, definition] of Object.entries(wantedFields)) {
      const other = foundFields[name]
      if (isJson(other)) compareField(`${path}${name}`, asJson(definition), other)
      else differences.push(`field ${path}${name} is missing`)
    }
    for (const [name, definition] of Object.entries(foundFields)) {
      if (!(name in wantedFields)) extras.push(`field ${path}${name} of type ${typeOf(asJson(definition))}`)
    }
  }

  function compareField(path: string, wantedField: Json, foundField: Json): void {
    if (typeOf(wantedField) !== typeOf(foundField)) {
      differences.push(`field ${path} has type ${typeOf(foundField)} instead of ${typeOf(wantedField)}`)
      return
    }
    for (const [key, value] of Object.entries(foundField)) {
      if (key === 'type' || key === 'properties' || key === 'fields') continue
      // A requested parameter that is not shown has OpenSearch's default, which it omits.
      const isOther = key in wantedField ? !isSame(wantedField[key], value) : byTemplates && telling.has(key)
      if (isOther) differences.push(`${key} of field ${path} is ${JSON.stringify(value)}`)
      else if (!(key in wantedField) && byTemplates) extras.push(`${key} of field ${path}`)
    }
    compareFields(`${path}.`, asJson(wantedField['properties']), asJson(foundField['properties']))
    const wantedSubfields = asJson(wantedField['fields'])
    const subfields = asJson(foundField['fields'])
    compareFields(
      `${path}.`,
      wantedSubfields,
      pick(subfields, (name) => name in wantedSubfields),
    )
    for (const [name, definition] of Object.entries(subfields)) {
      if (name in wantedSubfields) continue
      const type = typeOf(asJson(definition))
      const list = takesAnyText.has(type) ? extras : differences
      list.push(`field ${path}.${name} of type ${type}`)
    }
  }
}

function pick(fields: Json, isWanted: (name: string) => boolean): Json {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isWanted(name)))
}

/** A field without a type is an object. */
function typeOf(field: Json): string {
  return typeof field['type'] === 'string' ? field['type'] : 'object'
}

function asJson(value: unknown): Json {
  return isJson(value) ? value : {}
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0
}

/** Compares by value, ignoring the order of keys; booleans and numbers may be written as texts. */
function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, position) => isSame(value, b[position]))
  }
  if (isJson(a) && isJson(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...keys].every((key) => isSame(a[key], b[key]))
  }
  return isScalar(a) && isScalar(b) && String(a) === String(b)
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}
