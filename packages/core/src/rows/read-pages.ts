import { and, asc, gt, lte, type SQL } from 'drizzle-orm'
import { wasTooLong } from '../database/index.ts'
import { type RawRow, readId } from '../documents/index.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { idParameter, isAmong, type ClosedRange, type IdRange } from './row-id.ts'

export interface PageRequest {
  range: ClosedRange
  /** Rows at most. */
  limit: number
  /** Further condition on the rows. */
  where?: SQL | undefined
}

/** A page that takes too long is read again with this share of its rows. */
const shortenTo = 0.25

/**
 * Reads the first rows of a range in order of their ids: one statement, and a short transaction of its own. Where
 * Postgres ends it for taking too long, the page ends with the last row that came; when none came, it is shorter.
 *
 * @param onRow gets each row as it arrives; it may not keep the row, whose bytes are the connection's
 * @returns the id up to which everything has been read, also where there were no rows; the range's end, once it is
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
    // Rows come in order of their ids, so all up to the last one are here.
    if (last !== null) return end()
    if (limit === 1) throw error
    return readPage(db, model, { range, limit: Math.ceil(limit * shortenTo), where }, onRow)
  }
  return rows < limit ? { readUpTo: range.end, isLast: true } : end()
}

/** Reads rows by id, in order of their ids; an id without a row is passed over, and one with several comes as often. */
export async function readRows(
  db: Database,
  model: Model,
  ids: readonly bigint[],
  onRow: (row: RawRow) => void,
): Promise<void> {
  if (ids.length > 0) await streamRows(db, model, isAmong(model.table.id, ids), null, onRow)
}

/**
 * The statement is Drizzle's; its rows pass Drizzle by, which would make an object of each, and a string of each
 * value, in three times the time.
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
  // Drizzle's types don't know that these have been made what Postgres takes.
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
