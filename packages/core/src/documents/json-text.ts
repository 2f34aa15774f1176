/** A JSON value and its text, which keeps all digits of numbers. */
export interface ParsedJson {
  text: string
  value: unknown
}

/** Parses JSON; undefined for invalid JSON, or if it is nested deeper than the runtime's parser supports. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Maximum number of nested JSON encodings that are unwrapped. */
const maxEncodings = 4

/**
 * Parses JSON after unwrapping JSON that was encoded as a JSON string. A blank string counts as null.
 *
 * @returns undefined for unparsable text
 */
export function unwrapJson(text: string): ParsedJson | undefined {
  for (let encodings = 0; encodings < maxEncodings; encodings++) {
    if (text.trim() === '') return { text: 'null', value: null }
    const value = parseJson(text)
    if (typeof value !== 'string') return value === undefined ? undefined : { text, value }
    text = value
  }
  return undefined
}

/** The texts of an object's members, by key; the last of members with the same key. @param json a valid object */
export function splitMembers(json: string): Map<string, string> {
  const members = new Map<string, string>()
  let at = skipSpace(json, json.indexOf('{') + 1)
  while (json[at] === '"') {
    const keyEnd = skipString(json, at)
    const valueAt = skipSpace(json, skipSpace(json, keyEnd) + 1)
    const valueEnd = skipValue(json, valueAt)
    members.set(JSON.parse(json.slice(at, keyEnd)) as string, json.slice(valueAt, valueEnd))
    at = nextItem(json, valueEnd)
  }
  return members
}

/** The texts of a list's entries. @param json a valid list */
export function splitEntries(json: string): string[] {
  const entries: string[] = []
  let at = skipSpace(json, json.indexOf('[') + 1)
  while (at < json.length && json[at] !== ']') {
    const end = skipValue(json, at)
    entries.push(json.slice(at, end))
    at = nextItem(json, end)
  }
  return entries
}

function nextItem(json: string, end: number): number {
  const at = skipSpace(json, end)
  return json[at] === ',' ? skipSpace(json, at + 1) : at
}

function skipSpace(json: string, at: number): number {
  while (at < json.length && ' \t\r\n'.includes(json.charAt(at))) at++
  return at
}

function skipString(json: string, at: number): number {
  for (at++; at < json.length && json[at] !== '"'; at++) if (json[at] === '\\') at++
  return at + 1
}

function skipValue(json: string, at: number): number {
  let depth = 0
  do {
    const first = json.charAt(at)
    if (first === '"') at = skipString(json, at)
    else if (first === '{' || first === '[') [depth, at] = [depth + 1, at + 1]
    else if (first === '}' || first === ']') [depth, at] = [depth - 1, at + 1]
    else if (depth > 0) at++
    else while (at < json.length && !' \t\r\n,]}'.includes(json.charAt(at))) at++
  } while (depth > 0 && at < json.length)
  return at
}

/** JSON without white space between its tokens, so on one line. @param json valid JSON */
export function compactJson(json: string): string {
  return json.replace(/("(?:[^"\\]+|\\.)*")|[ \t\r\n]+/g, '$1')
}

/** Whether a value is empty. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === null || value === ''
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
