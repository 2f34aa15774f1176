export * from './contract/index.ts'
export * from './catalog-errors.ts'
export * from './errors.ts'
export * from './index-errors.ts'
export * from './unexpected-data-error.ts'
export {
  actions,
  createFilteredIndex,
  deleteIndex,
  describeIndex,
  explainDocument,
  listBuilds,
  listIndexDocuments,
  readIndexDetails,
  listIndices,
  planTask,
  pointAlias,
  reindex,
  collectOrphans,
  rollbackRequest,
  statName,
  type CollectedOrphan,
} from './actions/index.ts'
export { classifyError, unavailableService } from './classify-error.ts'
export { backoffMs, sleepUnlessAborted, systemClock, type Clock } from './clock.ts'
export {
  connectPostgres,
  createSchemaGuard,
  errorMessage,
  errorTrace,
  isPooled,
  parsePostgresUrl,
  pgOptions,
  PostgresUrlError,
  type Database,
  type OpenSocket,
  type PgOptions,
  type PostgresConnection,
  type ReadFile,
  type SchemaGuard,
  type SocketOptions,
} from './database/index.ts'
export { isLoopbackHost } from './loopback.ts'
export { audio, createAudioModel, createImageModel, defineModel, image, type Model } from './models/index.ts'
export { checkSearch, connectOpenSearch, loadSettings, type SearchClient } from './search/index.ts'
export { defaultSettings, type Settings } from './settings.ts'
export { sha256 } from './sha256.ts'
export {
  applyIngestionMigrations,
  checkTaskSchema,
  createDrizzleTaskStore,
  createReuse,
  isActive,
  migrateTaskStore,
  runTask,
  submitTask,
  toStoredKey,
  type Action,
  type Caller,
  type EventQuery,
  type Lease,
  type RunOptions,
  type RunResult,
  type StoredTaskEvent,
  type StoredTaskItem,
  type StoredTaskRate,
  type StoredTaskSummary,
  type SubmitOptions,
  type TaskContext,
  type TaskLimits,
  type TaskMatches,
  type TaskQuery,
  type TaskRecord,
  type TaskResult,
  type TaskStatistics,
  type TaskStore,
  type TaskTotal,
} from './tasks/index.ts'
