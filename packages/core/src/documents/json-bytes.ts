const quote = 0x22
const backslash = 0x5c
const firstPrintable = 0x20
const firstBeyondAscii = 0x80
/** Below this length a loop is faster than a call of the encoder. */
const shortLength = 48
/** Below this length a loop is faster than a call of `set`, and below the other faster than one of `subarray`. */
const shortCopy = 20
const shortPartCopy = 64
/** Maximum bytes that one byte becomes: a control character is written as six, such as `\u0001`. */
const maxBytesPerByte = 6
/** Maximum bytes of UTF-8 that one UTF-16 unit becomes. */
const maxBytesPerUnit = 3

const encoder = new TextEncoder()
const hexDigits = encoder.encode('0123456789abcdef')

/**
 * A JSON writer that appends UTF-8 to one array, which grows and is reused. Postgres sends UTF-8 already: converting it
 * to strings, joining and encoding them again would take five times as long.
 */
export class JsonBytes {
  bytes: Uint8Array
  /** Bytes written; later bytes of the array are undefined. */
  length = 0

  /** @param capacity initial size, bytes; grows as needed */
  constructor(capacity = 64 * 1024) {
    this.bytes = new Uint8Array(capacity)
  }

  clear(): void {
    this.length = 0
  }

  /** Appends bytes of JSON from `start` up to but excluding `end`, unchanged. */
  append(json: Uint8Array, start = 0, end = json.length): void {
    this.#reserve(end - start)
    this.#copy(json, start, end)
  }

  /** Appends a string, given as UTF-8 from `start` on. */
  appendString(utf8: Uint8Array, start = 0): void {
    this.#reserve((utf8.length - start) * maxBytesPerByte + 2)
    const opening = this.length
    this.bytes[this.length++] = quote
    this.#copy(utf8, start, utf8.length)
    if (!this.#isPlain(opening + 1)) {
      this.length = opening + 1
      this.#escape(utf8, start)
    }
    this.bytes[this.length++] = quote
  }

  #copy(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this
    let { length } = this
    const isWhole = end - start === from.length
    if (end - start < (isWhole ? shortCopy : shortPartCopy)) {
      // In bounds, so never undefined; same below.
      for (let index = start; index < end; index++) bytes[length++] = from[index] as number
    } else {
      bytes.set(isWhole ? from : from.subarray(start, end), length)
      length += end - start
    }
    this.length = length
  }

  /** Whether nothing from `start` on needs escaping, as in most texts: checking first takes half the time. */
  #isPlain(start: number): boolean {
    const { bytes, length } = this
    for (let index = start; index < length; index++) {
      const byte = bytes[index] as number
      if (byte < firstPrintable || byte === quote || byte === backslash) return false
    }
    return true
  }

  #escape(utf8: Uint8Array, start: number): void {
    const { bytes } = this
    let { length } = this
    for (let index = start; index < utf8.length; index++) {
      const byte = utf8[index] as number
      if (byte < firstPrintable) {
        length = writeControl(bytes, length, byte)
        continue
      }
      if (byte === quote || byte === backslash) bytes[length++] = backslash
      bytes[length++] = byte
    }
    this.length = length
  }

  /** Appends any value that JSON.stringify accepts. */
  appendValue(value: unknown): void {
    if (typeof value === 'string') this.#appendPlain(value)
    // JSON.stringify would take three times as long.
    else if (typeof value === 'number' && Number.isFinite(value)) this.appendText(String(value))
    else this.appendText(JSON.stringify(value))
  }

  /** Appends JSON text unchanged. */
  appendText(text: string): void {
    this.#reserve(text.length * maxBytesPerUnit)
    if (text.length > shortLength || !this.#appendAscii(text)) {
      this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written
    }
  }

  /** Appends a string; most are short and need no escaping. */
  #appendPlain(text: string): void {
    if (text.length <= shortLength) {
      this.#reserve(text.length + 2)
      const { bytes } = this
      let { length } = this
      bytes[length++] = quote
      let index = 0
      for (; index < text.length; index++) {
        const unit = text.charCodeAt(index)
        if (unit < firstPrintable || unit >= firstBeyondAscii || unit === quote || unit === backslash) break
        bytes[length++] = unit
      }
      if (index === text.length) {
        bytes[length++] = quote
        this.length = length
        return
      }
    }
    this.appendText(JSON.stringify(text))
  }

  /** @returns false, with nothing written, if the text is not all ASCII */
  #appendAscii(text: string): boolean {
    const { bytes } = this
    let { length } = this
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit >= firstBeyondAscii) return false
      bytes[length++] = unit
    }
    this.length = length
    return true
  }

  #reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 1.5))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}

function writeControl(bytes: Uint8Array, at: number, byte: number): number {
  bytes.set([backslash, 0x75, 0x30, 0x30, hexDigits[byte >> 4] as number, hexDigits[byte & 15] as number], at)
  return at + maxBytesPerByte
}
