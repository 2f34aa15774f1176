export interface IndexComparison {
  /** What makes it another index than the one that was asked for, each in a few words; none: it is as it should be. */
  differences: string[]
  /** What is there besides, and does no harm. */
  extras: string[]
}
