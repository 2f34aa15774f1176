import { or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { CatchUpMethod } from '../contract/index.ts'
import type { Model } from '../models/index.ts'
import type { CatchUpMethods } from './catch-up-method.ts'
import { idParameter, isAmong } from './row-id.ts'

/** What rows are compared with to find out whether they changed. */
export interface ChangesSince {
  /** Noted before the first row was read; see `Mark.xid`. */
  xid: string
  /** For tables without transaction ids: a moment of the database's clock, ISO 8601, well before that. */
  moment: string
  methods: CatchUpMethods
  /** The largest id that was looked for then. */
  loadedUpTo: bigint | null
}

/** A row keeps 32 bits of its transaction's id. After half of them old and new can't be distinguished; with a margin. */
const comparableTransactions = '2000000000'

/**
 * The condition for rows that may have changed since a mark was noted: written by a transaction that had not ended
 * by then, whose rows in related tables were, above the largest id that was known, or among `ids`.
 */
export function changedSince(model: Model, since: ChangesSince, ids: readonly bigint[]): SQL | undefined {
  const { table, related } = model
  const { methods, loadedUpTo } = since
  return or(
    isNew(since, methods.table, table, table.updatedOn),
    ...related.map(({ key, column, changedOn }, position) => {
      const isNewThere = isNew(since, methods.related[position] ?? 'none', key.table, changedOn)
      return isNewThere && sql`${column} in (select ${key} from ${key.table} where ${isNewThere})`
    }),
    loadedUpTo === null ? sql`true` : sql`${table.id} > ${idParameter(loadedUpTo)}`,
    ids.length === 0 ? undefined : isAmong(table.id, ids),
  )
}

function isNew(
  since: ChangesSince,
  method: CatchUpMethod,
  table: PgTable,
  changedOn: PgColumn | undefined,
): SQL | undefined {
  switch (method) {
    case 'transaction_id':
      return isWrittenSince(table, since.xid)
    case 'change_column':
      return changedOn && sql`${changedOn} >= ${since.moment}::timestamptz`
    case 'none':
      return undefined
  }
}

/**
 * `age` counts back from the next transaction to come, in 32 bits, signed: rows that were frozen long ago may have any
 * age, also a negative one. Those that look new are written again, which does no harm. Freezing leaves `xmin` as it is
 * (PostgreSQL manual, 24.1.5). The subqueries are computed once, not for every row.
 */
export function isWrittenSince(table: PgTable, xid: string): SQL {
  const transactions = sql`pg_snapshot_xmax(pg_current_snapshot())::text::numeric - ${xid}::numeric`
  return sql`(
    (select ${transactions} > ${comparableTransactions}::numeric)
    or age(${table}.xmin) between 0 and (select age(${xid}::text::xid8::xid))
  )`
}
