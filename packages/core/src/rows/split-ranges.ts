import type { ClosedRange } from './row-id.ts'

/** The most ranges of a task: beyond that the list itself becomes slow to plan and to watch. */
const maxRanges = 20_000

/** How many ranges hold so many rows: as wanted, or as many as there may be. */
export function countRanges(rows: number, rowsPerRange: number): number {
  return Math.max(1, Math.min(Math.ceil(rows / rowsPerRange), maxRanges))
}

/**
 * Ranges that part the key space at given ids: the first is open below, the last ends exactly at `last`, and each
 * begins where the one before ended. Borders may come in any order, doubled, or above `last`.
 */
export function rangesUpTo(last: bigint, borders: readonly bigint[]): ClosedRange[] {
  const below = [...new Set(borders)].filter((border) => border < last)
  const ends = [...below.sort((a, b) => (a < b ? -1 : 1)), last]
  return ends.map((end, index) => ({ after: ends[index - 1] ?? null, end }))
}

/**
 * Splits the key space of a table into ranges of the same width that cover every id up to `max`.
 *
 * @param bounds smallest and largest id, or null for an empty table
 * @param rows about how many rows there are
 * @param rowsPerRange how many rows a range should hold where the ids are evenly spread
 */
export function splitRanges(
  bounds: { min: bigint; max: bigint } | null,
  rows: number,
  rowsPerRange: number,
): ClosedRange[] {
  if (!bounds) return []
  const { min, max } = bounds
  const width = max - min + 1n
  const wanted = BigInt(countRanges(rows, rowsPerRange))
  const ranges = wanted < width ? wanted : width
  const borders = Array.from(
    { length: Number(ranges) - 1 },
    (_, index) => min - 1n + (width * BigInt(index + 1)) / ranges,
  )
  return rangesUpTo(max, borders)
}
