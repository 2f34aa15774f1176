import type { JsonBytes } from '../json-bytes.ts'
import { decodeText } from './raw-row.ts'

const encoder = new TextEncoder()
const noFraction = encoder.encode('.000000')
const endTime = encoder.encode('+00:00"')

const quote = 0x22
const dot = 0x2e
const slash = 0x2f
const digitZero = 0x30
const digitNine = 0x39
const capitalA = 0x41
const capitalZ = 0x5a
const firstBeyondAscii = 0x80
/** From a capital letter to the small one. */
const toSmall = 0x20

/**
 * Writes a string of JSON, or its first code points.
 *
 * @returns false for any other JSON
 */
export function writeString(json: Uint8Array, to: JsonBytes, maxCodePoints = Infinity): boolean {
  if (json[0] !== quote) return false
  // No code point takes less than a byte.
  if (json.length - 2 <= maxCodePoints) {
    to.append(json)
  } else {
    const text = JSON.parse(decodeText(json)) as string
    to.appendValue(Array.from(text).slice(0, maxCodePoints).join(''))
  }
  return true
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
  // What is escaped has small letters only.
  for (; at < to.length; at++) {
    const byte = to.bytes[at] as number
    if (byte >= capitalA && byte <= capitalZ) to.bytes[at] = byte + toSmall
  }
  return true
}

/**
 * Writes what follows the last dot of a URL, in lower case.
 *
 * @returns false when that is nothing, or no name's end but a path's
 */
export function writeExtension(url: Uint8Array, to: JsonBytes): boolean {
  let at = url.length - 1
  while (at >= 0 && url[at] !== dot && url[at] !== slash) at--
  if (url[at] !== dot || at === url.length - 1) return false
  return writeLowerCase(url, to, at + 1)
}

/**
 * Writes a time as ISO 8601 in UTC with six digits of a second's fraction, which Postgres cuts zeros off, and a Date
 * would cut to three: `2018-09-11T13:06:48.062600+00:00`.
 *
 * @param time JSON text of a timestamp in UTC: `"2018-09-11T13:06:48.0626"`, quotes included
 * @returns false for Postgres' "infinity" and years "BC"
 */
export function writeTime(time: Uint8Array, to: JsonBytes): boolean {
  const end = time.length - 1
  if (!isDigit(time[1]) || !isDigit(time[end - 1])) return false
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
