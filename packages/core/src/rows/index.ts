export { changedSince } from './changed-rows.ts'
export { classifyDatabaseError } from './classify-database-error.ts'
export { connectPostgres, type Database, type PostgresConnection } from './connect-postgres.ts'
export { readPage, readRows } from './read-pages.ts'
export {
  closedRangeSchema,
  idRangeSchema,
  isRowId,
  rowIdSchema,
  type ClosedRange,
  type IdRange,
} from './row-id.ts'
export { splitRanges } from './split-ranges.ts'
export {
  listExpectedDocuments,
  sampleOfRows,
  summarizeRows,
  type ExpectedDocument,
} from './summarize-rows.ts'
export { checkTableOid, estimateRows, readClock, readIdBounds, readTableOid } from './table-facts.ts'
export { tieDatabase } from './tie-database.ts'
