import { inArray, or, sql, type SQL } from 'drizzle-orm'
import type { Model } from '../models/index.ts'

/**
 * The condition for rows that may have changed since a moment: updated, deleted or marked mature since then,
 * above the largest id that the load knew, or among `ids`.
 *
 * @param since a database time, ISO 8601
 */
export function changedSince(
  model: Model,
  since: string,
  loadedUpTo: number | null,
  ids: readonly number[],
): SQL | undefined {
  const { table, deleted, mature } = model
  return or(
    sql`${table.updatedOn} >= ${since}::timestamptz`,
    sql`${table.identifier} in (select ${deleted.identifier} from ${deleted} where ${deleted.createdOn} >= ${since}::timestamptz)`,
    sql`${table.identifier} in (select ${mature.identifier} from ${mature} where ${mature.createdOn} >= ${since}::timestamptz)`,
    loadedUpTo === null ? sql`true` : sql`${table.id} > ${loadedUpTo}`,
    ids.length === 0 ? undefined : inArray(table.id, [...ids]),
  )
}
