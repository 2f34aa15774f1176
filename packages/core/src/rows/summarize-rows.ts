import { and, asc, not, sql, type SQL } from 'drizzle-orm'
import type { Model } from '../models/index.ts'
import type { Database } from './connect-postgres.ts'
import { withinRange } from './read-pages.ts'
import { isAmong, type IdRange } from './row-id.ts'

/** What a range amounts to, on either side: Postgres' rows that should be documents, or the documents. */
export interface RangeSummary {
  count: number
  /** Sum of ids, as text: it passes 2^53 in a large table. */
  idSum: string
  mature: number
}

export interface ExpectedDocument {
  id: bigint
  mature: boolean
}

/** Rows that should be documents: neither dropped nor among those that OpenSearch refused. */
function expected(model: Model, range: IdRange, failedIds: readonly bigint[]): SQL | undefined {
  return and(
    ...withinRange(model, range),
    not(sql`coalesce(${model.table.removedFromSource}, false)`),
    not(model.isDeleted),
    // Cast, as Postgres hashes a long list only where both sides have the same type.
    failedIds.length === 0 ? undefined : not(isAmong(sql`${model.table.id}::bigint`, failedIds)),
  )
}

/** Counts the rows of a range that should be documents, those in `failedIds` left out. */
export async function summarizeRows(
  db: Database,
  model: Model,
  range: IdRange,
  failedIds: readonly bigint[],
): Promise<RangeSummary> {
  const [row] = await db
    .select({
      count: sql<string>`count(*)::text`,
      idSum: sql<string>`coalesce(sum(${model.table.id}), 0)::text`,
      mature: sql<string>`(count(*) filter (where ${model.isMature}))::text`,
    })
    .from(model.table)
    .where(expected(model, range, failedIds))
  return { count: Number(row?.count), idSum: row?.idSum ?? '0', mature: Number(row?.mature) }
}

/** The rows of a range that should be documents, by id. */
export async function listExpectedDocuments(
  db: Database,
  model: Model,
  range: IdRange,
  failedIds: readonly bigint[],
): Promise<ExpectedDocument[]> {
  const rows = await db
    .select({ id: sql<string>`${model.table.id}::text`, mature: sql<boolean>`${model.isMature}` })
    .from(model.table)
    .where(expected(model, range, failedIds))
    .orderBy(asc(model.table.id))
  return rows.map(({ id, mature }) => ({ id: BigInt(id), mature }))
}
