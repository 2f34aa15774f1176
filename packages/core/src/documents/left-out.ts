/** Number of rows with an unreadable value, by field name. */
export type LeftOut = Map<string, number>

/** Counts a row with an unreadable value in a field. */
export function countLeftOut(leftOut: LeftOut, field: string): void {
  leftOut.set(field, (leftOut.get(field) ?? 0) + 1)
}
