import { median } from '../report.ts'

/** How much the last quarter may be above the second one. */
const allowedGrowth = 1.2

/**
 * What may be added to a series that is small: a connection pool that is busier by chance, a page of a table, what V8
 * collects later. A leak of less than this in half the run is not seen.
 */
const tolerances: readonly [pattern: RegExp, amount: number][] = [
  [/resident, MB$/, 20],
  [/open handles$/, 15],
  [/^connections of/, 12],
  [/^(table|schema) .*, MB$/, 0.25],
  [/^OpenSearch:/, 10],
  [/, ms$/, 100],
]

/** Keeps a row for every move of an alias for good: a roll back looks there (see `removeOld`). */
const growsByDesign = /^table ingestion\.(alias_move|index_record), MB$/

export interface Flatness {
  series: string
  /** Medians of the quarters, from the first, which is warm-up, to the last. */
  quarters: number[]
  isFlat: boolean
}

/** @param values of a series, in the order of time; at least four */
export function checkFlatness(series: string, values: readonly number[]): Flatness {
  const quarters = [0, 1, 2, 3].map((quarter) =>
    median(values.slice((quarter * values.length) / 4, ((quarter + 1) * values.length) / 4)),
  )
  const [, second = NaN, , last = NaN] = quarters
  const tolerance = tolerances.find(([pattern]) => pattern.test(series))?.[1] ?? 0
  const isFlat = growsByDesign.test(series) || last <= second * allowedGrowth + tolerance
  return { series, quarters, isFlat }
}
