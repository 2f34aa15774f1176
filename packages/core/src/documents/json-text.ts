/** A JSON value, and the text that stands for it, in which numbers have all their digits. */
export interface ParsedJson {
  text: string
  value: unknown
}

/** What a JSON text stands for; undefined for what is no JSON, or nested deeper than this runtime's parser goes. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How often JSON may have been encoded again; what was encoded more often is not read. */
const maxEncodings = 4

/**
 * What a JSON text stands for, once JSON that was encoded as a string of JSON is unwrapped. A blank string stands for
 * null.
 *
 * @returns undefined for what can't be parsed
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

/** The texts of an object's members, by key; of members with the same key the last. @param json a valid object */
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

/** Whether a value has nothing in it. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === null || value === ''
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
