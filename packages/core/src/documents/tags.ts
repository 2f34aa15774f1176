import type { JsonBytes } from './json-bytes.ts'
import type { Written } from './written-field.ts'
import { compactJson, isEmpty, isJsonObject, splitEntries, splitMembers, unwrapJson } from './json-text.ts'
import { decodeText } from './raw-row.ts'
import { isFiniteScalar } from './write-fields.ts'

/**
 * Maximum nesting of lists and objects in a value. OpenSearch refuses documents with more than 20 levels
 * (`index.mapping.depth.limit`) and names the field; Postgres allows 10,000, for which JSON.stringify throws.
 */
const maxLevels = 100
/** A number with at most this many digits is always finite. */
const maxDigits = 64

const encoder = new TextEncoder()
const nameKey = encoder.encode('"name"')
const accuracyKey = encoder.encode('"accuracy"')
const beginList = encoder.encode('[')
const beginName = encoder.encode('{"name":')
const nextName = encoder.encode(',{"name":')
const beginAccuracy = encoder.encode(',"accuracy":')
const endTag = encoder.encode('}')
const endList = encoder.encode(']')

const quote = 0x22
const comma = 0x2c
const digitNine = 0x39
const colon = 0x3a
const backslash = 0x5c
const space = 0x20
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const letterN = 0x6e

/**
 * Writes the tags that have a name, as `{name, accuracy?}`. A row has a dozen tags, half of its bytes, so names and
 * numbers are copied from the list without parsing it; unusual lists are parsed.
 *
 * @param tags JSON, as Postgres writes jsonb or json
 * @returns false, with nothing written, when there are none
 */
export function writeTags(tags: Uint8Array, to: JsonBytes): Written {
  if (tags[0] === openBracket) {
    const start = to.length
    const copied = copyTags(tags, to)
    if (copied !== null) return copied > 0
    to.length = start
  }
  return writeUnusualTags(decodeText(tags), to)
}

/** @returns the number of tags written; null for a list with anything but objects of texts, numbers and the like */
function copyTags(json: Uint8Array, to: JsonBytes): number | null {
  let written = 0
  let at = 1
  while (json[at] === openBrace) {
    let [nameAt, nameEnd, accuracyAt, accuracyEnd] = [0, 0, 0, 0]
    at++
    while (json[at] === quote) {
      const keyAt = at
      const keyEnd = skipKey(json, at)
      if (keyEnd < 0 || json[keyEnd] !== colon || json[keyEnd + 1] !== space) return null
      const valueAt = keyEnd + 2
      at = skipScalar(json, valueAt)
      if (at < 0) return null
      // json columns keep members with the same key, of which the last counts.
      const valueEnd = json[valueAt] === letterN ? 0 : at
      if (equals(json, keyAt, keyEnd, nameKey)) [nameAt, nameEnd] = [valueAt, valueEnd]
      else if (equals(json, keyAt, keyEnd, accuracyKey)) [accuracyAt, accuracyEnd] = [valueAt, valueEnd]
      if (json[at] === comma) at += 2
    }
    if (json[at] !== closeBrace) return null
    if (nameEnd > 0) {
      if (written === 0) to.append(beginList)
      to.append(written++ === 0 ? beginName : nextName)
      to.append(json, nameAt, nameEnd)
      if (accuracyEnd > 0) {
        to.append(beginAccuracy)
        to.append(json, accuracyAt, accuracyEnd)
      }
      to.append(endTag)
    }
    at++
    if (json[at] === comma) at += 2
  }
  if (json[at] !== closeBracket || at !== json.length - 1) return null
  if (written > 0) to.append(endList)
  return written
}

/** @returns the position after the key that starts at `at`; -1 for one with an escape, which may encode a letter */
function skipKey(json: Uint8Array, at: number): number {
  for (at++; at < json.length && json[at] !== quote; at++) if (json[at] === backslash) return -1
  return at + 1
}

/** @returns the position after the string that starts at `at` */
function skipString(json: Uint8Array, at: number): number {
  for (at++; at < json.length && json[at] !== quote; at++) if (json[at] === backslash) at++
  return at + 1
}

/**
 * @returns the position after the value that starts at `at`; -1 for a list, an object, or a number that may be infinite
 */
function skipScalar(json: Uint8Array, at: number): number {
  const first = json[at] as number
  if (first === quote) return skipString(json, at)
  if (first === openBrace || first === openBracket) return -1
  // Anything but a word starts with a digit or a minus.
  const isNumber = first <= digitNine
  const start = at
  for (; at < json.length && json[at] !== comma && json[at] !== closeBrace; at++) {
    // jsonb has no exponents. json may have them, and white space that is not allowed in a line of a bulk request.
    if ((json[at] as number) <= space || (isNumber && (json[at] as number) > digitNine)) return -1
  }
  return at - start > maxDigits ? -1 : at
}

function equals(json: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  if (end - start !== key.length) return false
  for (let index = 0; index < key.length; index++) if (json[start + index] !== key[index]) return false
  return true
}

/** Writes the tags of a list that is not all plain objects or that was encoded twice. */
function writeUnusualTags(json: string, to: JsonBytes): Written {
  const parsed = unwrapJson(json)
  if (!parsed || !Array.isArray(parsed.value)) return (!parsed || !isEmpty(parsed.value)) && 'unreadable'
  const tags: string[] = []
  let isWhole = true
  for (const entry of splitEntries(parsed.text)) {
    const tag = readTag(entry)
    if (tag.text !== null) tags.push(tag.text)
    isWhole &&= tag.isWhole
  }
  if (tags.length === 0) return !isWhole && 'unreadable'
  to.appendText(`[${tags.join(',')}]`)
  return isWhole || 'partly'
}

/**
 * A tag as it is written, with all digits of its numbers; null if it has no name. Name and accuracy may have any JSON
 * type except null: OpenSearch refuses unsupported ones.
 */
function readTag(entry: string): { text: string | null; isWhole: boolean } {
  const parsed = unwrapJson(entry)
  if (!parsed || !isJsonObject(parsed.value))
    return { text: null, isWhole: !!parsed && isEmpty(parsed.value) }
  const members = splitMembers(parsed.text)
  const name = readMember(members, parsed.value, 'name')
  const accuracy = readMember(members, parsed.value, 'accuracy')
  if (name === null) return { text: null, isWhole: true }
  if (name === undefined) return { text: null, isWhole: false }
  if (accuracy === null) return { text: `{"name":${name}}`, isWhole: true }
  if (accuracy === undefined) return { text: `{"name":${name}}`, isWhole: false }
  return { text: `{"name":${name},"accuracy":${accuracy}}`, isWhole: true }
}

/** JSON text of a member; null if absent, undefined if it can't be written. */
function readMember(
  members: ReadonlyMap<string, string>,
  values: Readonly<Record<string, unknown>>,
  key: string,
): string | null | undefined {
  const text = members.get(key)
  const value = values[key]
  if (text === undefined || value === null) return null
  if (typeof value === 'string') return text
  if (typeof value === 'object') return hasLevels(value, maxLevels) ? compactJson(text) : undefined
  return isFiniteScalar(text) ? text : undefined
}

function hasLevels(value: unknown, atMost: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return atMost > 0 && Object.values(value).every((inner) => hasLevels(inner, atMost - 1))
}
