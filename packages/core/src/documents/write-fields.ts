import type { JsonBytes } from './json-bytes.ts'
import type { Written } from './written-field.ts'
import { splitEntries, splitMembers } from './json-text.ts'
import { decodeText } from './raw-row.ts'

const encoder = new TextEncoder()
const noFraction = encoder.encode('.000000')
const endTime = encoder.encode('+00:00"')

const quote = 0x22
const hyphen = 0x2d
const dot = 0x2e
const slash = 0x2f
const digitZero = 0x30
const digitNine = 0x39
const capitalA = 0x41
const capitalZ = 0x5a
const openBracket = 0x5b
const letterN = 0x6e
const openBrace = 0x7b
const firstBeyondAscii = 0x80
/** Offset from a capital letter to the small one. */
const toSmall = 0x20

/**
 * Writes a text, or its first code points. A number or a boolean is written unchanged, and a list is cut to its first
 * entries, as in the indices that are searched today; OpenSearch converts them to texts.
 *
 * @param json JSON of any kind
 * @param most maximum code points of a string, or entries of a list
 */
export function writeText(json: Uint8Array, to: JsonBytes, most = Infinity): Written {
  switch (json[0]) {
    case quote:
      // Each code point takes at least one byte.
      if (json.length - 2 <= most) {
        to.append(json)
      } else {
        const text = JSON.parse(decodeText(json)) as string
        to.appendValue(Array.from(text).slice(0, most).join(''))
      }
      return true
    case letterN:
      return false
    case openBracket:
      return writeList(splitEntries(decodeText(json)), to, most)
    case openBrace:
      return splitMembers(decodeText(json)).size > 0 && 'unreadable'
    default:
      if (!isFiniteScalar(decodeText(json))) return 'unreadable'
      to.append(json)
      return true
  }
}

/** Writes the entries of a list except nested lists and objects, which can't be texts, and nulls. */
function writeList(entries: readonly string[], to: JsonBytes, most: number): Written {
  const present = entries.slice(0, most).filter((entry) => entry !== 'null')
  const written = present.filter((entry) => entry.startsWith('"') || isFiniteScalar(entry))
  if (written.length === 0) return present.length > 0 && 'unreadable'
  to.appendText(`[${written.join(',')}]`)
  return written.length === present.length || 'partly'
}

/** Whether JSON text is a boolean or a finite number. */
export function isFiniteScalar(json: string): boolean {
  return json === 'true' || json === 'false' || Number.isFinite(Number(json))
}

/** Writes a text, from `start` on, in lower case. */
export function writeLowerCase(text: Uint8Array, to: JsonBytes, start = 0): true {
  for (let index = start; index < text.length; index++) {
    if ((text[index] as number) < firstBeyondAscii) continue
    to.appendValue(decodeText(text.subarray(start)).toLowerCase())
    return true
  }
  let at = to.length
  to.appendString(text, start)
  // Escapes have small letters only.
  for (; at < to.length; at++) {
    const byte = to.bytes[at] as number
    if (byte >= capitalA && byte <= capitalZ) to.bytes[at] = byte + toSmall
  }
  return true
}

/**
 * Writes the part of a URL after its last dot, in lower case.
 *
 * @returns false when it is empty, or the dot is not in the file name
 */
export function writeExtension(url: Uint8Array, to: JsonBytes): boolean {
  let at = url.length - 1
  while (at >= 0 && url[at] !== dot && url[at] !== slash) at--
  if (url[at] !== dot || at === url.length - 1) return false
  return writeLowerCase(url, to, at + 1)
}

/** End of a four-digit year after the opening quote. */
const yearEnd = 5

/**
 * Writes a time as ISO 8601 in UTC with microseconds, of which Postgres omits trailing zeros and a Date would keep only
 * three digits: `2018-09-11T13:06:48.062600+00:00`. Postgres' "infinity", years "BC" and those of more than four digits
 * are not dates in OpenSearch.
 *
 * @param time JSON text of a timestamp in UTC: `"2018-09-11T13:06:48.0626"`, quotes included
 */
export function writeTime(time: Uint8Array, to: JsonBytes): Written {
  const end = time.length - 1
  if (!isDigit(time[1]) || !isDigit(time[end - 1]) || time[yearEnd] !== hyphen) return 'unreadable'
  to.append(time, 0, end)
  let dotAt = end - 1
  while (isDigit(time[dotAt])) dotAt--
  const written = time[dotAt] === dot ? end - dotAt : 0
  to.append(noFraction, written)
  to.append(endTime)
  return true
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= digitZero && byte <= digitNine
}
