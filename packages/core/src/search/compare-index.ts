import { compareMappings } from './compare-mappings.ts'
import type { IndexComparison } from './index-comparison.ts'
import { flattenSettings, type FlatSettings } from './flat-settings.ts'
import { effectOf, isIdle } from './setting-effects.ts'

type Json = Record<string, unknown>

/** The expected properties of an index. A setting that is null must have its default. */
export interface WantedIndex {
  settings: Json
  mappings: Json
  aliases: readonly string[]
}

export interface FoundIndex {
  settings: Json | FlatSettings
  mappings: Json
  aliases: readonly string[]
}

/**
 * Compares an index with what was requested.
 *
 * @param options.byTemplates whether index templates may have added something; without any, additional mapping
 * parameters are only how OpenSearch shows the mapping
 */
export function compareIndex(
  wanted: WantedIndex,
  found: FoundIndex,
  options: { byTemplates: boolean },
): IndexComparison {
  const comparison: IndexComparison = { differences: [], extras: [] }
  for (const alias of found.aliases.filter((name) => !wanted.aliases.includes(name))) {
    comparison.differences.push(`it has alias ${alias}`)
  }
  for (const alias of wanted.aliases.filter((name) => !found.aliases.includes(name))) {
    comparison.differences.push(`it lacks alias ${alias}`)
  }
  compareSettings(comparison, wanted.settings, flattenSettings(found.settings))
  compareMappings(comparison, wanted.mappings, found.mappings, options)
  return comparison
}

function compareSettings(
  { differences, extras }: IndexComparison,
  wantedSettings: Json,
  found: FlatSettings,
): void {
  const wanted = flattenSettings(wantedSettings)
  for (const [name, value] of Object.entries(wanted)) {
    // A setting without effect may be absent.
    const isAbsent = found[name] === undefined && isIdle(name, value)
    if (!isAbsent && !isSame(found[name], value)) {
      differences.push(`setting ${name} is ${show(found[name])} instead of ${show(value)}`)
    }
  }
  for (const [name, value] of Object.entries(found)) {
    if (name in wanted) continue
    const effect = effectOf(name, value)
    if (effect === 'own') continue
    if (effect === 'harmful' || isPartOfWanted(name, wanted))
      differences.push(`setting ${name} is ${show(value)}`)
    else extras.push(`setting ${name} is ${show(value)}`)
  }
}

/** Whether a setting belongs to a requested analyzer, filter or similarity and changes it. */
function isPartOfWanted(name: string, wanted: FlatSettings): boolean {
  const group = /^(analysis\.[^.]+\.[^.]+\.|similarity\.[^.]+\.)/.exec(name)?.[0]
  return group !== undefined && Object.keys(wanted).some((other) => other.startsWith(group))
}

/** A list with one entry equals that entry. */
function isSame(a: string | string[] | undefined, b: string | string[]): boolean {
  return JSON.stringify(toList(a)) === JSON.stringify(toList(b))
}

function toList(value: string | string[] | undefined): string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

function show(value: string | string[] | undefined): string {
  if (value === undefined) return 'not set'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
