import { toPointer } from '@ingestion-server/core'

/** Whole strings, because they may contain structural characters, and the structure. */
const tokenPattern = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/** An object or list that is open: the keys so far (null: a list), and where in it the text is. */
interface Level {
  keys: Set<string> | null
  at: string | number
}

/**
 * JSON pointers of the keys that an object of a text has more than once, in their order. `JSON.parse` takes the last
 * value of each, while a proxy that inspected the request may have taken the first.
 *
 * @param text valid JSON
 * @example
 * findDoubledKeys('{"a": {"b": 1, "b": 2}}') // ['/a/b']
 */
export function findDoubledKeys(text: string): string[] {
  const levels: Level[] = []
  const doubled = new Set<string>()
  let lastString = ''
  for (const [token] of text.matchAll(tokenPattern)) {
    const level = levels.at(-1)
    if (token === '{') levels.push({ keys: new Set(), at: '' })
    else if (token === '[') levels.push({ keys: null, at: 0 })
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',' && typeof level?.at === 'number') level.at++
    else if (token === ':' && level?.keys) {
      // Equal keys may be written differently: "a" and "\u0061".
      level.at = JSON.parse(lastString) as string
      if (level.keys.has(level.at)) doubled.add(toPointer(levels.map(({ at }) => at)))
      level.keys.add(level.at)
    } else lastString = token
  }
  return [...doubled]
}
