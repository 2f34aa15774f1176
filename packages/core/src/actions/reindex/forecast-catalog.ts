import type { CatchUpMethod } from '../../contract/index.ts'
import { TableNotFoundError, type IngestionError } from '../../errors.ts'
import {
  checkCatalog,
  chooseCatchUp,
  countRanges,
  estimateRows,
  leastReliable,
  readCatalogFacts,
  readMark,
  warnOfCatchUp,
} from '../../rows/index.ts'
import type { PlanContext } from '../../tasks/index.ts'

/** Forecast of a model's tables before they are read. */
interface CatalogForecast {
  /** Approximate number of rows; null when they can't be read. */
  rows: number | null
  catchUpBy: CatchUpMethod | null
  preconditionFailures: IngestionError[]
  warnings: string[]
}

export async function forecastCatalog(
  { db, models, settings }: PlanContext,
  name: string,
): Promise<CatalogForecast> {
  const model = models.find((candidate) => candidate.name === name)
  if (!model) return refused(new TableNotFoundError(name))
  try {
    const facts = await readCatalogFacts(db, model)
    const { preconditionFailures, warnings } = checkCatalog(model, facts)
    if (preconditionFailures.length > 0) return refused(...preconditionFailures)
    const methods = chooseCatchUp(model, facts)
    const rows = await estimateRows(db, model)
    const { asOf, isStandby } = await readMark(db, model, facts.table.oid)
    return {
      rows,
      catchUpBy: leastReliable(methods),
      preconditionFailures: [],
      warnings: [
        ...(rows === 0 ? ['the table is empty, so the index will be empty'] : []),
        ...warnings,
        ...warnOfCatchUp(facts, methods),
        ...warnOfItems(rows, settings.rowsPerItem),
        ...(isStandby ? [warnOfStandby(asOf)] : []),
      ],
    }
  } catch (error) {
    if (error instanceof TableNotFoundError) return refused(error)
    throw error
  }
}

function refused(...preconditionFailures: IngestionError[]): CatalogForecast {
  return { rows: null, catchUpBy: null, preconditionFailures, warnings: [] }
}

function warnOfItems(rows: number, rowsPerItem: number): string[] {
  const items = countRanges(rows, rowsPerItem)
  const largest = Math.ceil(rows / items)
  if (largest <= rowsPerItem) return []
  return [
    `a task has at most ${items} items, so each has about ${largest} rows instead of ROWS_PER_ITEM (${rowsPerItem})`,
  ]
}

function warnOfStandby(asOf: string | null): string {
  return asOf === null
    ? 'the catalog is a standby that does not report what it has replayed, so as_of will be unknown'
    : `the catalog is a standby that has replayed what was committed by ${asOf}; as_of follows what it has replayed`
}
