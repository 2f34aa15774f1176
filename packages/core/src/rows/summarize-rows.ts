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
  /** It was written since the mark. */
  isNew: boolean
}

/** Which rows of a range are looked at, and which of them are new. */
export interface RowsOptions {
  /** Rows that OpenSearch refused: they are left out. */
  failedIds: readonly bigint[]
  /** See `Mark.xid`: rows of transactions that had not ended by then are new; null: none is. */
  since: string | null
}

/** New rows of a range that are listed at most. */
const maxNew = 10_000

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

/**
 * What the rows of a range that should be documents amount to, and the ids of those that are new: in one statement, so
 * that both are of one moment.
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
      // As one text: connections of a pooler may not know the types of arrays.
      newIds: sql<
        string | null
      >`${since === null ? sql`null` : newIdsSql(id, isWrittenSince(model.table, since))}`,
    })
    .from(model.table)
    .where(expected(model, range, failedIds))
    // By groups, so that what makes a row mature is evaluated once.
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

/** The ids of new rows, one more than are listed at most; null: there are none. */
function newIdsSql(id: SQL, isNew: SQL): SQL {
  const ids = sql`array_agg(${id}) filter (where ${isNew})`
  return sql`array_to_string((${ids})[:${sql.raw(String(maxNew + 1))}], ' ')`
}

/** The checksum of an id in SQL. @param id an expression of type bigint */
function checksumSql(id: SQL): SQL {
  return checksum<SQL>(id, {
    // A literal, as the operators of a parameter without a type would be guessed.
    literal: (value) => sql.raw(`${value}::bigint`),
    plus: (left, right) => sql`(${left} + ${right})`,
    times: (left, right) => sql`(${left} * ${right})`,
    modulo: (left, right) => sql`(${left} % ${right})`,
    and: (left, right) => sql`(${left} & ${right})`,
    xor: (left, right) => sql`(${left} # ${right})`,
    shiftRight: (left, right) => sql`(${left} >> ${right}::int)`,
  })
}

/** The condition for a share of the rows, spread over the table by a checksum of their ids. @param seed below 2^62 */
export function sampleOfRows(model: Model, share: number, seed: bigint): SQL {
  // Nearly all checksums lie below 2^32, evenly.
  const limit = BigInt(Math.floor(share * 2 ** 32))
  return sql`${checksumSql(sql`(${model.table.id}::bigint # ${sql.raw(String(seed))}::bigint)`)} < ${sql.raw(String(limit))}::bigint`
}

/** The rows of a range that should be documents, by id. */
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
