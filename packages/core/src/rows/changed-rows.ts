import { or, sql, type SQL } from 'drizzle-orm'
import type { Model } from '../models/index.ts'
import { idParameter, isAmong } from './row-id.ts'

/**
 * The condition for rows that may have changed since a moment: updated, deleted or marked mature since then,
 * above the largest id that the load knew, or among `ids`.
 *
 * @param since a database time, ISO 8601
 */
export function changedSince(
  model: Model,
  since: string,
  loadedUpTo: bigint | null,
  ids: readonly bigint[],
): SQL | undefined {
  const { table, deleted, mature } = model
  return or(
    sql`${table.updatedOn} >= ${since}::timestamptz`,
    sql`${table.identifier} in (select ${deleted.identifier} from ${deleted} where ${deleted.createdOn} >= ${since}::timestamptz)`,
    sql`${table.identifier} in (select ${mature.identifier} from ${mature} where ${mature.createdOn} >= ${since}::timestamptz)`,
    loadedUpTo === null ? sql`true` : sql`${table.id} > ${idParameter(loadedUpTo)}`,
    ids.length === 0 ? undefined : isAmong(table.id, ids),
  )
}
