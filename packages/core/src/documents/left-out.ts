/** How many rows had something in a field that could not be read, by the field's name. */
export type LeftOut = Map<string, number>

/** Counts a row in which something of a field could not be read. */
export function countLeftOut(leftOut: LeftOut, field: string): void {
  leftOut.set(field, (leftOut.get(field) ?? 0) + 1)
}
