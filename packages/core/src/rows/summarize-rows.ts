import { and, asc, not, sql, type SQL } from 'drizzle-orm'
import { checksum, emptySummary, type RangeSummary } from '../id-checksum.ts'
import type { Model } from '../models/index.ts'
import { isWrittenSince } from './changed-rows.ts'
import type { Database } from '../database/index.ts'
import { withinRange } from './read-pages.ts'
import { isAmong, type IdRange } from './row-id.ts'

export interface ExpectedDocument {
  id: bigint
  mature: boolean
  /** Written since the mark. */
  isNew: boolean
}

/** Options that select the rows to summarize. */
export interface RowsOptions {
  /** Rows that OpenSearch refused; they are excluded. */
  failedIds: readonly bigint[]
  /** See `Mark.xid`: rows of transactions that were still running then are new. Null: no row is new. */
  since: string | null
}

/** Maximum number of new rows listed per range. */
const maxNew = 10_000

/** Rows that should have a document: neither dropped nor refused by OpenSearch. */
function expected(model: Model, range: IdRange, failedIds: readonly bigint[]): SQL | undefined {
  return and(
    ...withinRange(model, range),
    not(sql`coalesce(${model.table.removedFromSource}, false)`),
    not(model.isDeleted),
    // Cast, because Postgres hashes a long list only if both sides have the same type.
    failedIds.length === 0 ? undefined : not(isAmong(sql`${model.table.id}::bigint`, failedIds)),
  )
}

/**
 * Totals of the rows of a range that should have a document, and the ids of the new ones. One statement, so both are
 * from the same snapshot.
 */
export async function summarizeRows(
  db: Database,
  model: Model,
  range: IdRange,
  { failedIds, since }: RowsOptions,
): Promise<{ summary: RangeSummary; newIds: string[]; isCut: boolean }> {
  const id = sql`${model.table.id}::bigint`
  const rows = await db
    .select({
      mature: sql<boolean>`${model.isMature}`,
      count: sql<string>`count(*)::text`,
      sum: sql<string>`sum(${id})::text`,
      checksum: sql<string>`sum(${checksumSql(id)})::text`,
      // As one text: pooled connections may not know the types of arrays.
      newIds: sql<
        string | null
      >`${since === null ? sql`null` : newIdsSql(id, isWrittenSince(model.table, since))}`,
    })
    .from(model.table)
    .where(expected(model, range, failedIds))
    // Grouped, so that the maturity expression is evaluated once per row.
    .groupBy(sql`1`)
  const summary = emptySummary()
  const newIds: string[] = []
  for (const { mature, count, sum, checksum, newIds: ids } of rows) {
    if (ids !== null) newIds.push(...ids.split(' '))
    summary[mature ? 'mature' : 'others'] = {
      count: BigInt(count),
      sum: BigInt(sum),
      checksum: BigInt(checksum),
    }
  }
  return { summary, newIds: newIds.slice(0, maxNew), isCut: newIds.length > maxNew }
}

/** The ids of new rows, up to one more than the limit; null if there are none. */
function newIdsSql(id: SQL, isNew: SQL): SQL {
  const ids = sql`array_agg(${id}) filter (where ${isNew})`
  return sql`array_to_string((${ids})[:${sql.raw(String(maxNew + 1))}], ' ')`
}

/** The checksum of an id as SQL. @param id an expression of type bigint */
function checksumSql(id: SQL): SQL {
  return checksum<SQL>(id, {
    // A literal: for an untyped parameter Postgres would guess the operators.
    literal: (value) => sql.raw(`${value}::bigint`),
    plus: (left, right) => sql`(${left} + ${right})`,
    times: (left, right) => sql`(${left} * ${right})`,
    modulo: (left, right) => sql`(${left} % ${right})`,
    and: (left, right) => sql`(${left} & ${right})`,
    xor: (left, right) => sql`(${left} # ${right})`,
    shiftRight: (left, right) => sql`(${left} >> ${right}::int)`,
  })
}

/** The condition for a random share of the rows, selected by a checksum of their ids. @param seed below 2^62 */
export function sampleOfRows(model: Model, share: number, seed: bigint): SQL {
  // Nearly all checksums are below 2^32, evenly distributed.
  const limit = BigInt(Math.floor(share * 2 ** 32))
  return sql`${checksumSql(sql`(${model.table.id}::bigint # ${sql.raw(String(seed))}::bigint)`)} < ${sql.raw(String(limit))}::bigint`
}

/** The rows of a range that should have a document, by id. */
export async function listExpectedDocuments(
  db: Database,
  model: Model,
  range: IdRange,
  { failedIds, since }: RowsOptions,
): Promise<ExpectedDocument[]> {
  const rows = await db
    .select({
      id: sql<string>`${model.table.id}::text`,
      mature: sql<boolean>`${model.isMature}`,
      isNew: sql<boolean>`${since === null ? sql`false` : isWrittenSince(model.table, since)}`,
    })
    .from(model.table)
    .where(expected(model, range, failedIds))
    .orderBy(asc(model.table.id))
  return rows.map((row) => ({ ...row, id: BigInt(row.id) }))
}
