import type { ClosedRange } from './row-id.ts'

/** Maximum number of ranges of a task: a longer list is slow to plan and to display. */
const maxRanges = 20_000

/** The number of ranges for this many rows, up to the maximum. */
export function countRanges(rows: number, rowsPerRange: number): number {
  return Math.max(1, Math.min(Math.ceil(rows / rowsPerRange), maxRanges))
}

/**
 * Ranges that divide the key space at the given ids: the first is open below, the last ends exactly at `last`, and each
 * starts where the previous one ended. Borders may be unsorted, repeated, or above `last`.
 */
export function rangesUpTo(last: bigint, borders: readonly bigint[]): ClosedRange[] {
  const below = [...new Set(borders)].filter((border) => border < last)
  const ends = [...below.sort((a, b) => (a < b ? -1 : 1)), last]
  return ends.map((end, index) => ({ after: ends[index - 1] ?? null, end }))
}

/**
 * Splits the key space of a table into ranges of equal width that cover every id up to `max`.
 *
 * @param bounds smallest and largest id, or null for an empty table
 * @param rows estimated number of rows
 * @param rowsPerRange rows that a range should hold if the ids are evenly spread
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
