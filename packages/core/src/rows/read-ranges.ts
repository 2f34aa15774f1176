import { and, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { sqlState, wasTooLong } from '../database/index.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { withinRange } from './read-pages.ts'
import type { ClosedRange } from './row-id.ts'
import { countRanges, rangesUpTo, splitRanges } from './split-ranges.ts'
import { readIdBounds } from './table-facts.ts'

/** Rows per statement: an index scan of about half a second, so that no statement runs into a timeout. */
const defaultWalkedRows = 1_000_000
/** Sampled rows per range: enough that most ranges differ by less than half. */
const sampledPerRange = 20
const sampledRows = { min: 10_000, max: 200_000 }

const bordersSchema = z.array(z.object({ id: z.string().transform(BigInt) }))

interface RangesOptions {
  /** OID of the model's table. */
  oid: number
  /** Estimated number of rows. */
  rows: number
  rowsPerRange: number
  /** End of the last range; default: the largest id. */
  end?: bigint
  /** Tables up to this size are read in full, and no statement reads more rows than this. */
  walkedRows?: number
}

/**
 * Divides a table into ranges of about equal numbers of rows, whatever the distribution of its ids. The first range is
 * open below, the last ends at the largest id, and each starts where the previous one ended, so every id is in exactly
 * one range.
 *
 * The boundaries are ids of the table. For a small table they are every n-th row. For a large table they come from a
 * sample, or from Postgres' statistics if no sample can be taken. Without both, as for a view, they are every n-th row
 * again, which takes as long as reading all ids in order. If even that is impossible, all ranges span the same number
 * of ids.
 */
export async function readRanges(
  db: Database,
  model: Model,
  { oid, rows, rowsPerRange, end, walkedRows = defaultWalkedRows }: RangesOptions,
): Promise<ClosedRange[]> {
  const bounds = await readIdBounds(db, model)
  const last = end ?? bounds?.max
  if (last === undefined) return []
  const ranges = countRanges(rows, rowsPerRange)
  if (ranges === 1) return rangesUpTo(last, [])
  const walk = () => readEvery(db, model, { rows: Math.ceil(rows / ranges), last, walkedRows })
  const sample = () => readSampled(db, model, rows, ranges)
  const estimate = () => readHistogram(db, model, oid, ranges)
  for (const find of rows <= walkedRows ? [walk, sample, estimate] : [sample, estimate, walk]) {
    const borders = await findIfPossible(find)
    if (borders !== null) return rangesUpTo(last, borders)
  }
  const min = bounds && bounds.min < last ? bounds.min : last
  return splitRanges({ min, max: last }, rows, rowsPerRange)
}

/**
 * SQLSTATEs for operations that Postgres does not support on views and foreign tables (PostgreSQL manual, appendix A).
 */
const impossible: ReadonlySet<string | null> = new Set(['42809', '0A000', 'HV000'])

/** Null if the operation is unsupported or exceeded the role's statement timeout. */
async function findIfPossible(find: () => Promise<bigint[] | null>): Promise<bigint[] | null> {
  try {
    return await find()
  } catch (error) {
    if (impossible.has(sqlState(error)) || wasTooLong(error)) return null
    throw error
  }
}

/** The id of every n-th row up to `last`, from statements over `walkedRows` rows each. */
async function readEvery(
  db: Database,
  model: Model,
  { rows, last, walkedRows }: { rows: number; last: bigint; walkedRows: number },
): Promise<bigint[]> {
  const { table } = model
  const step = Math.max(1, Math.ceil(walkedRows / rows)) * rows
  const borders: bigint[] = []
  for (;;) {
    const after = borders.at(-1) ?? null
    const found = await readBorders(
      db,
      sql`select id::text from (
          select id, row_number() over (order by id) as position from (
            select ${table.id} as id from ${table} where ${and(...withinRange(model, { after, end: last }))}
            order by ${table.id} limit ${step}::bigint
          ) as walked
        ) as numbered where position % ${rows}::bigint = 0`,
    )
    borders.push(...found)
    if (found.length < step / rows) return borders
  }
}

/** Ids that divide a sample of pages into equal parts; null if the sample has too few rows. */
async function readSampled(
  db: Database,
  { table }: Model,
  rows: number,
  ranges: number,
): Promise<bigint[] | null> {
  const wanted = Math.min(sampledRows.max, Math.max(sampledRows.min, ranges * sampledPerRange))
  const percent = Math.min(100, (100 * wanted) / rows)
  const borders = await readBorders(
    db,
    sql`select id::text from (
        select ${table.id} as id, row_number() over (order by ${table.id}) as position, count(*) over () as total
        from ${table} tablesample system (${percent}::real)
      ) as sample where position * ${ranges}::bigint / total > (position - 1) * ${ranges}::bigint / total`,
  )
  return borders.length > 1 ? borders : null
}

/** The histogram bounds of ANALYZE for equal parts of the table, subdivided by width; null if there are none. */
async function readHistogram(
  db: Database,
  { table }: Model,
  oid: number,
  ranges: number,
): Promise<bigint[] | null> {
  const bounds = await readBorders(
    db,
    sql`select bound as id from pg_stats s
        join pg_class c on c.relname = s.tablename
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = s.schemaname,
        unnest(s.histogram_bounds::text::text[]) with ordinality as b (bound, position)
      where c.oid = ${oid} and s.attname = ${table.id.name} order by position`,
  )
  if (bounds.length < 2) return null
  const parts = Math.max(1, Math.round(ranges / (bounds.length - 1)))
  return bounds.flatMap((bound, position) => {
    const before = bounds[position - 1]
    if (before === undefined) return [bound]
    const width = bound - before
    return Array.from({ length: parts }, (_, part) => before + (width * BigInt(part + 1)) / BigInt(parts))
  })
}

async function readBorders(db: Database, statement: SQL): Promise<bigint[]> {
  return bordersSchema.parse([...(await db.execute(statement))]).map(({ id }) => id)
}
