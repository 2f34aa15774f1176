/**
 * What a JSON text stands for; undefined for null and for what this runtime can't read. Postgres gives valid JSON,
 * but its jsonb may be nested deeper than a runtime's parser goes, and a row never stops a task.
 */
export function readJson(text: string | null): unknown {
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The entries of a JSON list; none for any other JSON. */
export function readJsonList(text: string | null): readonly unknown[] {
  // Postgres writes no white space before a value: the many rows without a list are not parsed.
  if (text === null || !text.startsWith('[')) return []
  const list = readJson(text)
  return Array.isArray(list) ? list : []
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
