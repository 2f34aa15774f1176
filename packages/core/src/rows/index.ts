export { readCatalogFacts, type CatalogFacts } from './catalog-facts.ts'
export { chooseCatchUp, leastReliable, warnOfCatchUp } from './catch-up-method.ts'
export { changedSince } from './changed-rows.ts'
export { checkCatalog, readUsableCatalog } from './check-catalog.ts'
export { classifyDatabaseError } from './classify-database-error.ts'
export type { Database } from '../database/index.ts'
export { countDropped } from './count-dropped.ts'
export { isComparable, markSchema, readMark, type Mark } from './mark.ts'
export { readPage, readRows } from './read-pages.ts'
export { readRanges } from './read-ranges.ts'
export {
  closedRangeSchema,
  idRangeSchema,
  isRowId,
  rowIdSchema,
  type ClosedRange,
  type IdRange,
} from './row-id.ts'
export { countRanges, rangesUpTo, splitRanges } from './split-ranges.ts'
export { readRowState, type RowNow } from './row-state.ts'
export {
  listExpectedDocuments,
  sampleOfRows,
  summarizeRows,
  type ExpectedDocument,
} from './summarize-rows.ts'
export { checkTableOid, estimateRows, readIdBounds } from './table-facts.ts'
export { tieDatabase } from './tie-database.ts'
