import { and, asc, gt, lte, type SQL } from 'drizzle-orm'
import { wasTooLong } from '../database/index.ts'
import { type RawRow, readId } from '../documents/index.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { idParameter, isAmong, type ClosedRange, type IdRange } from './row-id.ts'

export interface PageRequest {
  range: ClosedRange
  /** Maximum number of rows. */
  limit: number
  /** Additional condition on the rows. */
  where?: SQL | undefined
}

/** A page that takes too long is read again with this share of its rows. */
const shortenTo = 0.25

/**
 * Reads the first rows of a range in order of their ids, with one statement in a short transaction of its own. If
 * Postgres ends the statement because it takes too long, the page ends with the last row that arrived; if none arrived,
 * a shorter page is read.
 *
 * @param onRow called with each row as it arrives; it must not keep the row, whose bytes belong to the connection
 * @returns the id up to which everything has been read, with or without rows; the range's end once it is reached
 */
export async function readPage(
  db: Database,
  model: Model,
  { range, limit, where }: PageRequest,
  onRow: (row: RawRow) => void,
): Promise<{ readUpTo: bigint; isLast: boolean }> {
  let rows = 0
  let last: RawRow | null = null
  const end = (): { readUpTo: bigint; isLast: boolean } =>
    last === null ? { readUpTo: range.end, isLast: true } : { readUpTo: readId(last), isLast: false }
  try {
    await streamRows(db, model, and(...withinRange(model, range), where), limit, (row) => {
      rows++
      last = row
      onRow(row)
    })
  } catch (error) {
    if (!wasTooLong(error)) throw error
    // Rows arrive in order of their ids, so all rows up to the last one have arrived.
    if (last !== null) return end()
    if (limit === 1) throw error
    return readPage(db, model, { range, limit: Math.ceil(limit * shortenTo), where }, onRow)
  }
  return rows < limit ? { readUpTo: range.end, isLast: true } : end()
}

/**
 * Reads rows by id, in order of their ids. An id without a row is skipped; an id with several rows returns all of them.
 */
export async function readRows(
  db: Database,
  model: Model,
  ids: readonly bigint[],
  onRow: (row: RawRow) => void,
): Promise<void> {
  if (ids.length > 0) await streamRows(db, model, isAmong(model.table.id, ids), null, onRow)
}

/**
 * Runs Drizzle's statement but reads its rows without Drizzle, which would create an object for each row and a string
 * for each value and take three times as long.
 */
async function streamRows(
  db: Database,
  { selection, table }: Model,
  where: SQL | undefined,
  limit: number | null,
  onRow: (row: RawRow) => void,
): Promise<void> {
  const rows = db.select(selection).from(table).where(where).orderBy(asc(table.id))
  const statement = (limit === null ? rows : rows.limit(limit)).toSQL()
  // Drizzle's types don't show that these were already converted to what Postgres accepts.
  const parameters = statement.params as (string | number | boolean | null)[]
  await db.$client.unsafe(statement.sql, parameters).raw().forEach(onRow)
}

/** The condition that an id lies in a range. */
export function withinRange(model: Model, range: IdRange): SQL[] {
  const { id } = model.table
  return [
    ...(range.after === null ? [] : [gt(id, idParameter(range.after))]),
    ...(range.end === null ? [] : [lte(id, idParameter(range.end))]),
  ]
}
