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

/** How a dropped row is treated: left out of an index that never had it, or taken out of one that may. */
export type OnDrop = 'skip' | 'delete'

/** What rows became: documents in the body of a request, and what was dropped. */
export interface RowsBody {
  body: BulkBody
  /** Everything up to this id has been read, also where there were no rows. */
  readUpTo: bigint
  read: number
  dropped: Counts['dropped']
  /** What could not be read of the rows whose documents the body holds. */
  leftOut: LeftOut
  /** Dropped rows whose documents the body takes away. */
  deleted: number
}

export interface ReadBodiesOptions {
  range: ClosedRange
  /** Further condition on the rows. */
  where?: SQL | undefined
  onDrop: OnDrop
  targetBodyLength: number
  /** Bodies to use again. */
  spare: Spares<BulkBody>
}

/** One row in so many is timed: to look at the clock takes as long as a field does. */
const rowsPerSample = 32

/** A body that has grown to more than so many times the target is not used again. */
const maxGrowth = 2

export interface Bodies extends AsyncIterable<RowsBody> {
  /** Milliseconds spent on writing documents so far, about. */
  convertingMs(): number
  /** Takes a body back to be used again, once it is written. */
  recycle(body: BulkBody): void
}

/**
 * The rows of a range as bodies of about the same size. The next page is read, and its documents are written, while
 * the caller works on what came before: so two pages and the bodies that the caller holds are in memory at most.
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
        // Awaited at the next turn; a caller that stops early must not leave an unhandled rejection behind.
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

/** Writes the document of a row, or what its being dropped asks for. */
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
