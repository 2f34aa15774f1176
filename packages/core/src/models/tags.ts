import { isJsonObject, readJsonList } from './read-json.ts'

/** Name and accuracy are what the row has, of any JSON type but null: OpenSearch refuses what it can't take. */
export type Tag = { name: unknown; accuracy?: unknown }

/**
 * Levels of lists and objects in a value. OpenSearch refuses the document of one with more than 20
 * (`index.mapping.depth.limit`) and names the field; Postgres takes 10,000, and JSON.stringify throws at that.
 */
const maxLevels = 100

/** The tags that have a name; undefined when there are none, or when `tags` is no list. @param tags JSON text */
export function readTags(tags: string | null): Tag[] | undefined {
  const found: Tag[] = []
  for (const entry of readJsonList(tags)) {
    if (!isJsonObject(entry)) continue
    const { name, accuracy } = entry
    if (!isWritable(name)) continue
    found.push(isWritable(accuracy) ? { name, accuracy } : { name })
  }
  return found.length > 0 ? found : undefined
}

/** Whether there is a value, and JSON.stringify can write it. */
function isWritable(value: unknown): boolean {
  switch (typeof value) {
    case 'undefined':
      return false
    case 'number':
      // JSON.parse makes Infinity of 1e999, and JSON.stringify null of that.
      return Number.isFinite(value)
    case 'object':
      return value !== null && hasLevels(value, maxLevels)
    default:
      return true
  }
}

function hasLevels(value: unknown, atMost: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return atMost > 0 && Object.values(value).every((inner) => hasLevels(inner, atMost - 1))
}
