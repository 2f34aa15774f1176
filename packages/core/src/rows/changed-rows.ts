import { or, sql, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { CatchUpMethod } from '../contract/index.ts'
import type { Model } from '../models/index.ts'
import type { CatchUpMethods } from './catch-up-method.ts'
import { idParameter, isAmong } from './row-id.ts'

/** The reference point for finding changed rows. */
export interface ChangesSince {
  /** Recorded before the first row was read; see `Mark.xid`. */
  xid: string
  /** For tables without transaction ids: a time of the database's clock, ISO 8601, well before that. */
  moment: string
  methods: CatchUpMethods
  /** The largest id that the load covered. */
  loadedUpTo: bigint | null
}

/**
 * A row keeps 32 bits of its transaction id. Beyond half of that range old and new ids can't be distinguished; this
 * leaves a margin.
 */
export const comparableTransactions = 2_000_000_000n

/**
 * The condition for rows that may have changed since a mark was recorded: rows written by a transaction that was still
 * running then, rows whose related rows were, rows above the largest known id, and those among `ids`.
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
 * `age` counts back from the next transaction id, in 32 bits, signed: rows that were frozen long ago may have any age,
 * even a negative one. Those that look new are written again, which is harmless. Freezing does not change `xmin`
 * (PostgreSQL manual, 24.1.5). The subqueries are computed once, not for every row.
 */
export function isWrittenSince(table: PgTable, xid: string): SQL {
  const transactions = sql`pg_snapshot_xmax(pg_current_snapshot())::text::numeric - ${xid}::numeric`
  return sql`(
    (select ${transactions} > ${comparableTransactions.toString()}::numeric)
    or age(${table}.xmin) between 0 and (select age(${xid}::text::xid8::xid))
  )`
}
