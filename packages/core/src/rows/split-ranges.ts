import type { ClosedRange } from './row-id.ts'

/** The most ranges of a task: beyond that the list itself becomes slow to plan and to watch. */
const maxRanges = 10_000

/**
 * Splits the key space of a table into ranges of the same width that cover every id up to `max`: the first is
 * open below, the last ends exactly at `max`, and each begins where the one before ended.
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
  const wanted = BigInt(Math.max(1, Math.min(Math.ceil(rows / rowsPerRange), maxRanges)))
  const ranges = wanted < width ? wanted : width
  const ends = Array.from(
    { length: Number(ranges) },
    (_, index) => min - 1n + (width * BigInt(index + 1)) / ranges,
  )
  return ends.map((end, index) => ({ after: ends[index - 1] ?? null, end }))
}
