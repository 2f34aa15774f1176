import { and, not, sql, type SQL } from 'drizzle-orm'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { withinRange } from './read-pages.ts'
import type { IdRange } from './row-id.ts'

/**
 * Counts the rows of a range that become no document, by reason. A row that is both deleted and removed counts as
 * deleted.
 */
export async function countDropped(
  db: Database,
  model: Model,
  range: IdRange,
): Promise<{ deleted: number; removed_from_source: number }> {
  const count = (condition: SQL | undefined) =>
    db.$count(model.table, and(...withinRange(model, range), condition))
  // Two conditions without `or`, so that Postgres joins the list of deleted rows instead of looking up each row in it.
  const isRemoved = sql`coalesce(${model.table.removedFromSource}, false)`
  const [deleted, removed] = await Promise.all([
    count(model.isDeleted),
    count(and(isRemoved, not(model.isDeleted))),
  ])
  return { deleted, removed_from_source: removed }
}
