import { median } from '../report.ts'

/** Maximum growth from the second quarter to the last. */
const allowedGrowth = 1.2

/**
 * Allowed growth of small series: a connection pool that is busier by chance, a page of a table, garbage that V8
 * collects later. A leak smaller than this in half the run is not detected.
 */
const tolerances: readonly [pattern: RegExp, amount: number][] = [
  [/resident, MB$/, 20],
  [/open handles$/, 15],
  [/^connections of/, 12],
  [/^(table|schema) .*, MB$/, 0.25],
  [/^OpenSearch:/, 10],
  [/, ms$/, 100],
]

/** Has a permanent row for every move of an alias: rollback needs it (see `removeOld`). */
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
