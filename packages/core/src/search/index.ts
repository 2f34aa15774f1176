export { countOperations } from './count-operations.ts'
export { findAliasTargets, swapAliases, type AliasTarget, type NamedIndex } from './aliases.ts'
export { analyzeLines } from './analyze-lines.ts'
export { type LearnedLimit } from './concurrency-limiter.ts'
export { createBulkWriter, type BulkWriter } from './bulk-writer.ts'
export { cloneIndex, requireClone, waitForGreen } from './clone-index.ts'
export { classifySearchError, isForbidden } from './classify-search-error.ts'
export {
  countPlacedShards,
  countShards,
  listClusterBlocks,
  readClusterSettings,
  readDisks,
  watermarkBytes,
} from './cluster-limits.ts'
export { findMissingRights } from './probe-rights.ts'
export { checkSearch } from './check-search.ts'
export { connectOpenSearch, requestTimeoutMs, type SearchClient } from './connect-opensearch.ts'
export { createIndex, foreseeIndex, type NewIndex } from './create-index.ts'
export { readIndexStorage, startExpunge } from './expunge.ts'
export { checkFinishedIndex } from './finished-index.ts'
export { readHealth } from './health.ts'
export { flattenSettings } from './flat-settings.ts'
export {
  countMatches,
  createIndexLike,
  findQueryFault,
  listUnmappedFields,
  putMeta,
  readIdBorders,
  readIdRange,
  refreshIndex,
} from './index-contents.ts'
export { readFreeDisk, readIndexStatistics, type IndexStatistics } from './index-statistics.ts'
export {
  chooseReplicas,
  chooseShards,
  documentBytes,
  finishedSettings,
  loadSettings,
} from './index-settings.ts'
export {
  countDataNodes,
  deleteIndex,
  getIndex,
  listIndexInfos,
  putSettings,
  type IndexInfo,
} from './indices.ts'
export {
  endSearchTasks,
  findSearchTasks,
  readSearchTask,
  startCopy,
  startDeleteByQuery,
  throttleSearchTask,
  type SearchTaskReport,
} from './search-task.ts'
export { type RefusedDocument } from './sort-bulk-items.ts'
export { waitForBulks } from './wait-for-bulks.ts'
export {
  countDocuments,
  findStates,
  listDocuments,
  listOrphanKeys,
  type IndexedDocument,
} from './list-documents.ts'
export { findDocument, searchDocuments } from './find-documents.ts'
export { listShards } from './list-shards.ts'
export { readSources } from './read-sources.ts'
export { beginKeyScan, continueKeyScan, endKeyScan } from './scan-keys.ts'
export { summarizeDocuments } from './summarize-documents.ts'
export { tieSearch } from './tie-search.ts'
export {
  isWriteAlias,
  isWriteAliasOf,
  listWriteAliases,
  replaceOwnWriteAlias,
  replaceWriteAlias,
  writeAliasName,
  type FoundWriteAlias,
} from './write-alias.ts'
export {
  blockWrites,
  isReadBlocked,
  isWriteBlocked,
  liftWriteBlock,
  blockIndexWrites,
  unblockIndexWrites,
} from './write-block.ts'
