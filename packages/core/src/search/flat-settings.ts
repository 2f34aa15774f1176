/** Index settings by full name without `index.`; a value is a text or a list, as OpenSearch shows it. */
export type FlatSettings = Record<string, string | string[]>

/** Converts nested settings to dotted names. A setting that is null has its default and is omitted. */
export function flattenSettings(settings: Record<string, unknown>): FlatSettings {
  const flat: FlatSettings = {}
  flattenInto(flat, settings, '')
  return flat
}

function flattenInto(flat: FlatSettings, settings: Record<string, unknown>, prefix: string): void {
  for (const [key, value] of Object.entries(settings)) {
    const name = prefix + key
    if (value === null || value === undefined) continue
    if (Array.isArray(value)) flat[withoutPrefix(name)] = value.map(String)
    else if (typeof value === 'object') flattenInto(flat, value as Record<string, unknown>, `${name}.`)
    else flat[withoutPrefix(name)] = typeof value === 'string' ? value : JSON.stringify(value)
  }
}

function withoutPrefix(name: string): string {
  return name.startsWith('index.') ? name.slice('index.'.length) : name
}
