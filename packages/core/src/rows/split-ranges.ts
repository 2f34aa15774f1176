/**
 * A range of ids: above `after`, up to and including `end`. Null means open: no bound on that side.
 * A type, not an interface, so that it passes as JSON.
 */
export type IdRange = { after: number | null; end: number | null }

/** A range that is bounded above: it can be read to its end. */
export type ClosedRange = { after: number | null; end: number }

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
  bounds: { min: number; max: number } | null,
  rows: number,
  rowsPerRange: number,
): ClosedRange[] {
  if (!bounds) return []
  const { min, max } = bounds
  const width = max - min + 1
  const wanted = Math.ceil(Math.max(rows, 1) / rowsPerRange)
  const ranges = Math.max(1, Math.min(wanted, maxRanges, width))
  // Bounds are whole numbers below 2^53, and each is computed once and used on both sides: nothing can be lost
  // between two ranges by rounding, and the last is `max` itself rather than a result of arithmetic.
  const ends = Array.from({ length: ranges }, (_, index) =>
    index === ranges - 1 ? max : min - 1 + Math.floor((width / ranges) * (index + 1)),
  )
  return ends.map((end, index) => ({ after: index === 0 ? null : (ends[index - 1] ?? null), end }))
}
