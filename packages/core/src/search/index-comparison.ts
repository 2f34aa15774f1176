export interface IndexComparison {
  /** Short descriptions of what differs from the requested index; empty: nothing. */
  differences: string[]
  /** Short descriptions of harmless additions. */
  extras: string[]
}
