/** A field of a mapping; `path` as in queries: `meta.title`. */
export interface MappedField {
  path: string
  type: string
  /** Its other parameters: `analyzer=english`. */
  parameters: string
}

interface Properties {
  properties?: Record<string, unknown>
  fields?: Record<string, unknown>
}

/** The fields of a mapping with their sub-fields, in its order. */
export function listFields(mappings: unknown, prefix = ''): MappedField[] {
  if (!isObject(mappings)) return []
  const { properties, fields }: Properties = mappings
  return Object.entries({ ...properties, ...fields }).flatMap(([name, field]) => {
    if (!isObject(field)) return []
    const path = `${prefix}${name}`
    const type = typeof field['type'] === 'string' ? field['type'] : 'object'
    const parameters = Object.entries(field)
      .filter(([key]) => key !== 'type' && key !== 'properties' && key !== 'fields')
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', ')
    return [{ path, type, parameters }, ...listFields(field, `${path}.`)]
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
