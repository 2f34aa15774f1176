const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const space = 0x20

// A byte order mark in a text is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Receives the documents of a response as byte ranges that are valid during the scan. */
export interface HitReader {
  /** @returns the end of the source that starts at `start` if it equals the expected one byte for byte; else -1 */
  match(key: string, json: Uint8Array, start: number): number
  /** Called for a document that `match` did not recognise. */
  readOther(key: string, source: Uint8Array): void
}

/**
 * Reads a search response without creating strings and objects of its documents, most of which are already known:
 * JSON.parse takes four times as long as comparing bytes.
 *
 * @returns the number of hits, and the other members of the response
 * @throws SyntaxError for anything but a search response
 */
export function scanHits(json: Uint8Array, reader: HitReader): { hits: number; rest: object } {
  let at = 0
  let hits = 0

  const fail = () => new SyntaxError(`unexpected JSON at byte ${at} of a response of OpenSearch`)
  function skipSpace(): void {
    while ((json[at] as number) <= space) at++
  }
  function take(byte: number): boolean {
    skipSpace()
    if (json[at] !== byte) return false
    at++
    return true
  }
  function expect(byte: number): void {
    if (!take(byte)) throw fail()
  }
  /** Skips a string whose opening quote is at `at`. */
  function skipString(): void {
    for (at++; json[at] !== quote; at++) {
      if (json[at] === backslash) at++
      if (at >= json.length) throw fail()
    }
    at++
  }
  /** Skips any value. */
  function skipValue(): void {
    skipSpace()
    let depth = 0
    do {
      const byte = json[at]
      if (byte === undefined) throw fail()
      if (byte === quote) skipString()
      else if (byte === openBrace || byte === openBracket) {
        depth++
        at++
      } else if (byte === closeBrace || byte === closeBracket) {
        depth--
        at++
      } else if (depth > 0) at++
      else skipWord()
    } while (depth > 0)
  }
  /** Skips a number, true, false or null. */
  function skipWord(): void {
    const start = at
    for (; at < json.length; at++) {
      const byte = json[at] as number
      if (byte === comma || byte === closeBrace || byte === closeBracket || byte <= space) break
    }
    if (at === start) throw fail()
  }
  function readText(): string {
    skipSpace()
    if (json[at] !== quote) throw fail()
    const start = at
    skipString()
    const text = decoder.decode(json.subarray(start, at))
    // Keys and names usually contain no escapes.
    return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1)
  }
  function readMembers(onMember: (name: string) => void): void {
    expect(openBrace)
    if (take(closeBrace)) return
    do {
      const name = readText()
      expect(colon)
      skipSpace()
      onMember(name)
    } while (take(comma))
    expect(closeBrace)
  }
  function readHit(): void {
    hits++
    let key: string | null = null
    let source: [start: number, end: number] | null = null
    let isMatched = false
    readMembers((name) => {
      if (name === '_id') {
        key = readText()
        return
      }
      if (name !== '_source') return skipValue()
      const start = at
      const end = key === null ? -1 : reader.match(key, json, start)
      isMatched = end >= 0
      if (isMatched) at = end
      else skipValue()
      source = [start, at]
    })
    if (key === null) throw fail()
    // Without a source there is nothing to compare with: an empty document.
    const [start, end] = source ?? [0, 0]
    if (!isMatched) reader.readOther(key, json.subarray(start, end))
  }
  function readHits(): void {
    expect(openBracket)
    if (take(closeBracket)) return
    do readHit()
    while (take(comma))
    expect(closeBracket)
  }

  const rest: [string, unknown][] = []
  readMembers((name) => {
    if (name === 'hits') {
      return readMembers((inner) => (inner === 'hits' ? readHits() : skipValue()))
    }
    const start = at
    skipValue()
    rest.push([name, JSON.parse(decoder.decode(json.subarray(start, at)))])
  })
  return { hits, rest: Object.fromEntries(rest) }
}
