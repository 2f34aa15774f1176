import { and, sql, type SQL } from 'drizzle-orm'
import { z } from 'zod'
import { sqlState, wasTooLong } from '../database/index.ts'
import type { Model } from '../models/index.ts'
import type { Database } from '../database/index.ts'
import { withinRange } from './read-pages.ts'
import type { ClosedRange } from './row-id.ts'
import { countRanges, rangesUpTo, splitRanges } from './split-ranges.ts'
import { readIdBounds } from './table-facts.ts'

/** A scan of the index that takes about half a second: no statement looks at more rows, as none may take long. */
const defaultWalkedRows = 1_000_000
/** Rows of a sample for each range: so many that most ranges differ by less than a half. */
const sampledPerRange = 20
const sampledRows = { min: 10_000, max: 200_000 }

const bordersSchema = z.array(z.object({ id: z.string().transform(BigInt) }))

interface RangesOptions {
  /** Of the model's table. */
  oid: number
  /** About how many rows there are. */
  rows: number
  rowsPerRange: number
  /** Where the last range ends; absent: at the largest id. */
  end?: bigint
  /** Up to so many rows every id is looked at, and as many in one statement. */
  walkedRows?: number
}

/**
 * Divides a table into ranges of about as many rows each, wherever their ids are: the first is open below, the last
 * ends at the largest id, and each begins where the one before ended, so that no id is in none or in two.
 *
 * Borders are what the table holds: of every so many rows in a small one; in a large one of a sample, of Postgres' own
 * statistics where no sample can be taken, or of every so many rows where there are none, as for a view: that takes as
 * long as reading all ids in their order. Where not even that is possible, ranges have the same width of ids.
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
  const look = () => readHistogram(db, model, oid, ranges)
  for (const find of rows <= walkedRows ? [walk, sample, look] : [sample, look, walk]) {
    const borders = await findIfPossible(find)
    if (borders !== null) return rangesUpTo(last, borders)
  }
  const min = bounds && bounds.min < last ? bounds.min : last
  return splitRanges({ min, max: last }, rows, rowsPerRange)
}

/** Codes of what Postgres can't do with a view or a table of another server (PostgreSQL manual, appendix A). */
const impossible: ReadonlySet<string | null> = new Set(['42809', '0A000', 'HV000'])

/** Null where something is impossible, or took longer than the role's statements may. */
async function findIfPossible(find: () => Promise<bigint[] | null>): Promise<bigint[] | null> {
  try {
    return await find()
  } catch (error) {
    if (impossible.has(sqlState(error)) || wasTooLong(error)) return null
    throw error
  }
}

/** The id of every so many-th row up to `last`, from statements over `walkedRows` each. */
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

/** Ids that part a sample of pages into as many equal parts; null where too few rows come. */
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

/** The bounds that ANALYZE found for equal parts of the table, parted further by width; null where it found none. */
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
