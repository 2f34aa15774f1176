import { and, asc, gt, lte, type SQL } from 'drizzle-orm'
import type { Model, Row } from '../models/index.ts'
import type { Database } from './connect-postgres.ts'
import type { ClosedRange, IdRange } from './split-ranges.ts'

export interface Page {
  rows: Row[]
  /** Everything up to this id has been read, also where there were no rows. */
  readUpTo: number
}

export interface ReadOptions {
  range: ClosedRange
  /** Rows of the next page; asked before each. */
  pageRows(): number
  /** Further condition on the rows. */
  where?: SQL | undefined
}

/**
 * Rows of a range in order of their ids, page by page: each page is a statement and a short transaction of its
 * own. The next page is asked for while the caller works on one, so two pages are in memory at most.
 */
export async function* readPages(db: Database, model: Model, options: ReadOptions): AsyncGenerator<Page> {
  const { range, pageRows, where } = options
  const fetchPage = async (after: number | null) => {
    const limit = pageRows()
    const rows = await readPage(db, model, { after, end: range.end }, limit, where)
    const last = rows.at(-1)
    const isLast = rows.length < limit || !last
    return { rows, isLast, readUpTo: isLast ? range.end : last.id }
  }

  let next = fetchPage(range.after)
  for (;;) {
    const page = await next
    if (!page.isLast) {
      next = fetchPage(page.readUpTo)
      // Awaited at the next turn; a caller that stops early must not leave an unhandled rejection behind.
      next.catch(() => undefined)
    }
    yield { rows: page.rows, readUpTo: page.readUpTo }
    if (page.isLast) return
  }
}

async function readPage(
  db: Database,
  model: Model,
  range: IdRange,
  limit: number,
  where?: SQL,
): Promise<Row[]> {
  const { id } = model.table
  const rows = await db
    .select(model.selection)
    .from(model.table)
    .where(and(...withinRange(model, range), where))
    .orderBy(asc(id))
    .limit(limit)
  return rows as Row[]
}

/** The condition that an id lies in a range. */
export function withinRange(model: Model, range: IdRange): SQL[] {
  const { id } = model.table
  return [
    ...(range.after === null ? [] : [gt(id, range.after)]),
    ...(range.end === null ? [] : [lte(id, range.end)]),
  ]
}
