import { eq, sql } from 'drizzle-orm'
import type { Database } from '../database/index.ts'
import type { Model } from '../models/index.ts'
import { readCatalogFacts } from './catalog-facts.ts'
import { chooseCatchUp } from './catch-up-method.ts'
import { changedSince, comparableTransactions } from './changed-rows.ts'
import { isComparable, readMark, type Mark } from './mark.ts'
import { idParameter, largestId } from './row-id.ts'

/** A row as it is now. */
export interface RowNow {
  state: 'present' | 'absent' | 'deleted' | 'removed_from_source'
  /** Whether it was written since a mark; null: unknown. */
  isNewer: boolean | null
}

interface SinceMark {
  mark: Mark
  /** For tables without transaction ids: a time of the database's clock, ISO 8601. */
  moment: string
}

/** Reads the state of one row. @param since null: whether it is newer is not read */
export async function readRowState(
  db: Database,
  model: Model,
  id: bigint,
  since: SinceMark | null,
): Promise<RowNow> {
  const isNewer = since && (await newerThan(db, model, since))
  const { table, isDeleted } = model
  const rows = await db
    .select({
      isDeleted: sql<boolean>`${isDeleted}`,
      isRemoved: sql<boolean>`coalesce(${table.removedFromSource}, false)`,
      isNewer: sql<boolean>`coalesce(${isNewer ?? sql`false`}, false)`,
    })
    .from(table)
    .where(eq(table.id, idParameter(id)))
  // Several rows may have one id; the document is that of a row that is not dropped.
  const row = rows.find((each) => !each.isDeleted && !each.isRemoved) ?? rows[0]
  if (!row) return { state: 'absent', isNewer: null }
  const state = row.isDeleted ? 'deleted' : row.isRemoved ? 'removed_from_source' : 'present'
  return { state, isNewer: isNewer === null ? null : row.isNewer }
}

/** The condition for rows that were written since; null if rows can't be compared with the mark. */
async function newerThan(db: Database, model: Model, { mark, moment }: SinceMark) {
  const facts = await readCatalogFacts(db, model)
  const now = await readMark(db, model, facts.table.oid)
  // Beyond that many transactions, old rows can't be distinguished from new ones.
  const transactions = BigInt(now.mark.xid) - BigInt(mark.xid)
  if (!isComparable(mark, now.mark) || transactions > comparableTransactions) return null
  const methods = chooseCatchUp(model, facts)
  if (methods.table === 'none') return null
  return changedSince(model, { xid: mark.xid, moment, methods, loadedUpTo: largestId }, []) ?? null
}
