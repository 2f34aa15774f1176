const minRows = 200
const maxRows = 20_000

export interface PageSize {
  /** Rows to ask for in the next page. */
  rows(): number
  /** Records how long the body made of some rows was. */
  report(rows: number, length: number): void
}

/**
 * Pages sized so that one fills one bulk body: rows differ by a factor of ten in length from one provider to the
 * next, so the number of rows follows what the last pages were like.
 *
 * @param targetLength bytes of a body
 */
export function createPageSize(targetLength: number): PageSize {
  let lengthPerRow = 2_000
  return {
    rows: () => Math.min(maxRows, Math.max(minRows, Math.floor(targetLength / lengthPerRow))),
    report(rows, length) {
      if (rows > 0) lengthPerRow = (lengthPerRow + length / rows) / 2
    },
  }
}
