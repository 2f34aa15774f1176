export { changedSince } from './changed-rows.ts'
export { classifyDatabaseError } from './classify-database-error.ts'
export { connectPostgres, type Database, type PostgresConnection } from './connect-postgres.ts'
export { readPages, type Page } from './read-pages.ts'
export { splitRanges, type ClosedRange, type IdRange } from './split-ranges.ts'
export {
  listExpectedDocuments,
  readRows,
  summarizeRows,
  type ExpectedDocument,
  type RangeSummary,
} from './summarize-rows.ts'
export { checkTableOid, estimateRows, readClock, readIdBounds, readTableOid } from './table-facts.ts'
