import type { SQL } from 'drizzle-orm'
import type { Counts } from '../../contract/index.ts'
import {
  BulkBody,
  dropReason,
  idBytes,
  type LeftOut,
  type RawRow,
  type Spares,
  readId,
  readIdText,
} from '../../documents/index.ts'
import type { Model } from '../../models/index.ts'
import { readPage, type ClosedRange, type Database } from '../../rows/index.ts'
import { createPageSize } from './page-size.ts'

/** How a dropped row is treated: skipped if the index never had it, or deleted if the index may have it. */
export type OnDrop = 'skip' | 'delete'

/** The result of some rows: documents in a request body, and counts of dropped rows. */
export interface RowsBody {
  body: BulkBody
  /** Everything up to this id has been read, including gaps without rows. */
  readUpTo: bigint
  read: number
  dropped: Counts['dropped']
  /** Unreadable values in the rows of the body's documents. */
  leftOut: LeftOut
  /** Dropped rows whose documents the body deletes. */
  deleted: number
}

export interface ReadBodiesOptions {
  range: ClosedRange
  /** Additional condition on the rows. */
  where?: SQL | undefined
  onDrop: OnDrop
  targetBodyLength: number
  /** Bodies to reuse. */
  spare: Spares<BulkBody>
}

/** One row in this many is timed: reading the clock takes as long as writing a field. */
const rowsPerSample = 32

/** A body that has grown beyond this multiple of the target is not reused. */
const maxGrowth = 2

export interface Bodies extends AsyncIterable<RowsBody> {
  /** Approximate milliseconds spent on writing documents so far. */
  convertingMs(): number
  /** Takes a written body for reuse. */
  recycle(body: BulkBody): void
}

/**
 * The rows of a range as bodies of about the same size. While the caller works on a body, the next page is read and its
 * documents are written. At most two pages and the caller's bodies are in memory.
 */
export function readBodies(db: Database, model: Model, options: ReadBodiesOptions): Bodies {
  const { range, where, onDrop, targetBodyLength, spare } = options
  const pageSize = createPageSize(targetBodyLength)
  const full: RowsBody[] = []
  const createBody = () => emptyRowsBody(spare.take() ?? new BulkBody(targetBodyLength * 1.1))
  let current = createBody()

  let rowsSeen = 0
  let sampledMs = 0

  const addRow = (row: RawRow) => {
    const sampledAt = rowsSeen++ % rowsPerSample === 0 ? performance.now() : null
    addToBody(current, model, row, onDrop)
    if (sampledAt !== null) sampledMs += performance.now() - sampledAt
    if (current.body.length < targetBodyLength) return
    current.readUpTo = readId(row)
    full.push(current)
    current = createBody()
  }
  const fetchPage = (after: bigint | null) =>
    readPage(db, model, { range: { ...range, after }, limit: pageSize.rows(), where }, addRow)

  async function* read(): AsyncGenerator<RowsBody> {
    let next = fetchPage(range.after)
    for (;;) {
      const { readUpTo, isLast } = await next
      if (!isLast) {
        next = fetchPage(readUpTo)
        // Awaited in the next iteration; a caller that stops early must not cause an unhandled rejection.
        next.catch(() => undefined)
      }
      for (let body = full.shift(); body; body = full.shift()) {
        pageSize.report(body.read, body.body.length)
        yield body
      }
      if (isLast) {
        current.readUpTo = range.end
        yield current
        return
      }
    }
  }

  return {
    [Symbol.asyncIterator]: read,
    convertingMs: () => sampledMs * rowsPerSample,
    recycle(body) {
      if (body.capacity > targetBodyLength * maxGrowth) return
      body.clear()
      spare.giveBack(body)
    },
  }
}

export function emptyRowsBody(body = new BulkBody()): RowsBody {
  return {
    body,
    readUpTo: 0n,
    read: 0,
    dropped: { deleted: 0, removed_from_source: 0 },
    leftOut: new Map(),
    deleted: 0,
  }
}

/** Adds the document of a row or, for a dropped row, what `onDrop` requires. */
export function addToBody(to: RowsBody, model: Model, row: RawRow, onDrop: OnDrop): void {
  to.read++
  const reason = dropReason(row)
  if (reason === null) {
    to.body.index(idBytes(row), (json) => model.writeDocument(row, json, to.leftOut))
    return
  }
  to.dropped[reason]++
  if (onDrop === 'skip') return
  to.deleted++
  to.body.delete(readIdText(row))
}
