import type { SQL } from 'drizzle-orm'
import {
  dropReason,
  JsonBytes,
  type LeftOut,
  listDifferingFields,
  type RawRow,
  readCanonicalFields,
  readIdText,
} from '../../documents/index.ts'
import type { Model } from '../../models/index.ts'
import { readPage, type ClosedRange, type Database } from '../../rows/index.ts'
import { readSources, type SearchClient } from '../../search/index.ts'
import type { StepContext } from '../../tasks/index.ts'
import { createPageSize } from './page-size.ts'

export interface DocumentsToCompare {
  db: Database
  model: Model
  search: SearchClient
  index: string
  range: ClosedRange
  /** Condition for the compared rows; absent: all rows, and documents without a row are found too. */
  sampled?: SQL | undefined
  /** Rows that OpenSearch refused: expected to have no document. */
  failedIds: readonly bigint[]
  /** Approximate bytes of the documents of a page. */
  targetLength: number
  /** Pages to reuse. */
  reuse: Pick<StepContext['reuse'], 'pages'>
  signal: AbortSignal
}

/** A page of documents: the number compared, the keys that differ, and how often each field differs. */
export interface ComparedPage {
  readUpTo: bigint
  compared: number
  /** Keys of rows whose document is missing or differs. */
  differing: string[]
  /** Keys of documents without a row on this page. */
  orphans: string[]
  /** Names of differing fields; none for a missing document. */
  fields: string[]
  /** There may be more documents than those read. */
  isCut: boolean
}

/** The expected documents of some rows. */
interface ExpectedPage {
  /** Keys in the order of their ids, and the end of each document in `json`. */
  keys: string[]
  ends: number[]
  json: JsonBytes
  readUpTo: bigint
  isLast: boolean
}

/** Maximum rows per read: fewer than the documents that one search returns. */
const maxRows = 5_000
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Compares the rows of a range with its documents field by field, page by page: two pages of rows and one of documents
 * are in memory at most. While the documents of a page are read and compared, the rows of the next page are read.
 */
export async function* compareDocuments(what: DocumentsToCompare): AsyncGenerator<ComparedPage> {
  const { range, signal } = what
  const pageSize = createPageSize(what.targetLength)
  const failed = new Set(what.failedIds.map(String))
  const spare = what.reuse.pages
  const take = () => spare.take() ?? new JsonBytes(what.targetLength * 1.1)
  const giveBack = (buffer: JsonBytes) => {
    if (buffer.bytes.length <= what.targetLength * 3) spare.giveBack(buffer)
  }
  const readNext = (after: bigint | null) =>
    readExpected(what, { after, end: range.end }, failed, Math.min(maxRows, pageSize.rows()), take())

  const buffer = take()
  let next = readNext(range.after)
  for (let after = range.after; ;) {
    const page = await next
    pageSize.report(page.keys.length, page.json.length)
    if (!page.isLast) {
      next = readNext(page.readUpTo)
      // Awaited in the next iteration; a caller that stops early must not cause an unhandled rejection.
      next.catch(() => undefined)
    }
    signal.throwIfAborted()
    const compared = await comparePage(what, page, after, buffer)
    giveBack(page.json)
    yield compared
    if (page.isLast) break
    after = page.readUpTo
  }
  giveBack(buffer)
}

async function readExpected(
  { db, model, sampled }: DocumentsToCompare,
  range: ClosedRange,
  failed: ReadonlySet<string>,
  limit: number,
  json: JsonBytes,
): Promise<ExpectedPage> {
  json.clear()
  const keys: string[] = []
  const ends: number[] = []
  // Counted when the row was loaded.
  const leftOut: LeftOut = new Map()
  const addRow = (row: RawRow) => {
    const key = readIdText(row)
    if (dropReason(row) !== null || failed.has(key)) return
    model.writeDocument(row, json, leftOut)
    keys.push(key)
    ends.push(json.length)
  }
  const { readUpTo, isLast } = await readPage(db, model, { range, limit, where: sampled }, addRow)
  return { keys, ends, json, readUpTo, isLast }
}

async function comparePage(
  { search, index, sampled, signal }: DocumentsToCompare,
  page: ExpectedPage,
  after: bigint | null,
  buffer: JsonBytes,
): Promise<ComparedPage> {
  const { keys, ends, json, readUpTo } = page
  const found = new Uint8Array(keys.length)
  const differing: string[] = []
  const orphans: string[] = []
  const fields: string[] = []
  const compared = { readUpTo, compared: keys.length, differing, orphans, fields, isCut: false }
  if (sampled && keys.length === 0) return compared

  // Documents usually come in the order of the rows, so the next one is found without a map lookup.
  let position = -1
  let positions: Map<string, number> | undefined
  const find = (key: string) => {
    if (keys[position + 1] === key) return position + 1
    positions ??= new Map(keys.map((each, at) => [each, at]))
    return positions.get(key) ?? null
  }
  const startOf = (at: number) => (at === 0 ? 0 : (ends[at - 1] as number))

  const reader = {
    match(key: string, response: Uint8Array, start: number): number {
      const at = find(key)
      if (at === null || found[at] === 1) return -1
      const end = matchBytes(json.bytes, startOf(at), ends[at] as number, response, start)
      if (end < 0) return -1
      position = at
      found[at] = 1
      return end
    },
    readOther(key: string, source: Uint8Array): void {
      const at = find(key)
      // A key exists twice if another program writes with a custom routing.
      if (at === null || found[at] === 1) {
        orphans.push(key)
        return
      }
      position = at
      found[at] = 1
      const expected = readCanonicalFields(decoder.decode(json.bytes.subarray(startOf(at), ends[at])))
      const names = listDifferingFields(expected, readFields(source))
      if (names.length === 0) return
      differing.push(key)
      fields.push(...names)
    },
  }
  const wanted = sampled ? { keys } : { range: { after, end: readUpTo } }
  const { isCut } = await readSources(search, index, wanted, { buffer, reader, signal })
  let isFound = false
  for (const [at, key] of keys.entries()) {
    // Rows with the same id are adjacent, and the document belongs to one of them.
    isFound = found[at] === 1 || (isFound && keys[at - 1] === key)
    if (!isFound && keys[at + 1] !== key) differing.push(key)
  }
  return { ...compared, isCut: isCut && !sampled }
}

/** A document without a source, which OpenSearch stores if the mapping disables it, has no fields. */
function readFields(source: Uint8Array): Map<string, string> {
  return source.length === 0 ? new Map<string, string>() : readCanonicalFields(decoder.decode(source))
}

/** @returns where in `found` the bytes end that equal those from `start` on, before `end`; -1 if they differ */
function matchBytes(
  expected: Uint8Array,
  start: number,
  end: number,
  found: Uint8Array,
  foundStart: number,
): number {
  const shift = foundStart - start
  for (let at = start; at < end; at++) if (expected[at] !== found[at + shift]) return -1
  return end + shift
}
