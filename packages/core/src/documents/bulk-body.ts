import { JsonBytes } from './json-bytes.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const newline = encoder.encode('\n')
const beginIndex = encoder.encode('{"index":{"_id":"')
const beginDelete = encoder.encode('{"delete":{"_id":')
const endIndex = encoder.encode('"}}\n')
const endDelete = encoder.encode('}}\n')

/** The lines of one document to write or delete. */
interface Operation {
  /** `_id` */
  id: string
  /** The document, JSON; empty for a deletion. */
  document: string
}

/** Documents to write and delete, as the NDJSON body of a bulk request. Reused after it is written. */
export class BulkBody {
  readonly #json: JsonBytes
  /** End of each operation. */
  readonly #ends: number[] = []

  /** @param capacity approximate size, bytes */
  constructor(capacity?: number) {
    this.#json = new JsonBytes(capacity)
  }

  /** Number of operations. */
  get size(): number {
    return this.#ends.length
  }

  /** Length in bytes. */
  get length(): number {
    return this.#json.length
  }

  /** Bytes of its buffer. */
  get capacity(): number {
    return this.#json.bytes.length
  }

  clear(): void {
    this.#json.clear()
    this.#ends.length = 0
  }

  /**
   * @param id a row's id, digits
   * @param writeDocument writes a JSON object on one line
   */
  index(id: Uint8Array, writeDocument: (to: JsonBytes) => void): void {
    const json = this.#json
    json.append(beginIndex)
    json.append(id)
    json.append(endIndex)
    writeDocument(json)
    json.append(newline)
    this.#ends.push(json.length)
  }

  delete(id: string): void {
    const json = this.#json
    json.append(beginDelete)
    json.appendValue(id)
    json.append(endDelete)
    this.#ends.push(json.length)
  }

  /** The bytes of the operations from `first` up to but excluding `end`; valid until the body changes. */
  slice(first = 0, end = this.size): Uint8Array {
    return this.#json.bytes.subarray(this.#startOf(first), this.#startOf(end))
  }

  /** Creates a body with some of the operations. */
  pick(positions: readonly number[]): BulkBody {
    const picked = new BulkBody()
    for (const position of positions) {
      picked.#json.append(this.slice(position, position + 1))
      picked.#ends.push(picked.length)
    }
    return picked
  }

  read(position: number): Operation {
    const [action = '', document = ''] = decoder.decode(this.slice(position, position + 1)).split('\n')
    const { _id: id } = Object.values(JSON.parse(action) as Record<string, { _id: string }>)[0] as {
      _id: string
    }
    return { id, document }
  }

  /** The position after the last operation that ends within `length` bytes from `first`; at least one operation. */
  fit(first: number, length: number): number {
    const limit = this.#startOf(first) + length
    let end = first + 1
    while (end < this.size && this.#startOf(end + 1) <= limit) end++
    return end
  }

  #startOf(position: number): number {
    return position === 0 ? 0 : (this.#ends[position - 1] as number)
  }
}
