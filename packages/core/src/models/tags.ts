import type { JsonBytes } from '../json-bytes.ts'
import { isJsonObject, readJsonList } from './read-json.ts'
import { decodeText } from './raw-row.ts'

/** Name and accuracy are what the row has, of any JSON type but null: OpenSearch refuses what it can't take. */
type Tag = { name: unknown; accuracy?: unknown }

/**
 * Levels of lists and objects in a value. OpenSearch refuses the document of one with more than 20
 * (`index.mapping.depth.limit`) and names the field; Postgres takes 10,000, and JSON.stringify throws at that.
 */
const maxLevels = 100
/** A number of so many digits is surely finite. */
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
 * Writes the tags that have a name, as `{name, accuracy?}`. A row has a dozen of them, half of its bytes, so names
 * and numbers are copied out of the list without parsing it; what is unusual in it is left to the parser.
 *
 * @param tags JSON as Postgres writes jsonb
 * @returns false, and nothing is written, when there are none, or when `tags` is no list
 */
export function writeTags(tags: Uint8Array, to: JsonBytes): boolean {
  if (tags[0] !== openBracket) return false
  const start = to.length
  const copied = copyTags(tags, to)
  if (copied !== null) return copied > 0
  to.length = start
  const parsed = parseTags(decodeText(tags))
  if (parsed.length > 0) to.appendText(JSON.stringify(parsed))
  return parsed.length > 0
}

/** @returns how many tags were written; null for a list that is not all objects of texts, numbers and the like */
function copyTags(json: Uint8Array, to: JsonBytes): number | null {
  let written = 0
  let at = 1
  while (json[at] === openBrace) {
    let [nameAt, nameEnd, accuracyAt, accuracyEnd] = [0, 0, 0, 0]
    at++
    while (json[at] === quote) {
      const keyAt = at
      const keyEnd = skipString(json, at)
      if (json[keyEnd] !== colon || json[keyEnd + 1] !== space) return null
      const valueAt = keyEnd + 2
      at = skipScalar(json, valueAt)
      if (at < 0) return null
      if (json[valueAt] !== letterN) {
        if (equals(json, keyAt, keyEnd, nameKey)) [nameAt, nameEnd] = [valueAt, at]
        else if (equals(json, keyAt, keyEnd, accuracyKey)) [accuracyAt, accuracyEnd] = [valueAt, at]
      }
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

/** @returns what follows the string that begins at `at` */
function skipString(json: Uint8Array, at: number): number {
  for (at++; at < json.length && json[at] !== quote; at++) if (json[at] === backslash) at++
  return at + 1
}

/** @returns what follows the value that begins at `at`; -1 for a list, an object, and a number that may be infinite */
function skipScalar(json: Uint8Array, at: number): number {
  const first = json[at] as number
  if (first === quote) return skipString(json, at)
  if (first === openBrace || first === openBracket) return -1
  // What is no word begins with a digit or a minus.
  const isNumber = first <= digitNine
  const start = at
  for (; at < json.length && json[at] !== comma && json[at] !== closeBrace; at++) {
    // Postgres writes no exponents.
    if (isNumber && (json[at] as number) > digitNine) return -1
  }
  return at - start > maxDigits ? -1 : at
}

function equals(json: Uint8Array, start: number, end: number, key: Uint8Array): boolean {
  if (end - start !== key.length) return false
  for (let index = 0; index < key.length; index++) if (json[start + index] !== key[index]) return false
  return true
}

function parseTags(json: string): Tag[] {
  const found: Tag[] = []
  for (const entry of readJsonList(json)) {
    if (!isJsonObject(entry)) continue
    const { name, accuracy } = entry
    if (!isWritable(name)) continue
    found.push(isWritable(accuracy) ? { name, accuracy } : { name })
  }
  return found
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
