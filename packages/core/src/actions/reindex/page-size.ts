const minRows = 200
const maxRows = 20_000

export interface PageSize {
  /** Rows of the next page. */
  rows(): number
  /** Records how long the body made of some rows was. */
  report(rows: number, length: number): void
}

/**
 * Pages sized so that one fills one bulk body: the length of rows differs by a factor of ten between providers, so the
 * number of rows follows the last pages.
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
