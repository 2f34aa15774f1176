export { cacheDirOf } from './cache-dir.ts'
export {
  FolderInUseError,
  MissingToolsError,
  NoOpenSearchError,
  PortTakenError,
  ServiceFailedError,
} from './errors.ts'
export { chromium, chromiumPath, curl, pythonVenv, type Need } from './machine/needs.ts'
export { prepareMachine, type PrepareOptions } from './machine/prepare-machine.ts'
export { prepareOpenSearch } from './machine/prepare-opensearch.ts'
export { findLibfaketime, removeSharedClock, wrongClock } from './faketime/find-libfaketime.ts'
export type { OpenSearchMajor } from './opensearch/releases.ts'
export {
  startOpenSearch,
  type OpenSearchOptions,
  type RunningOpenSearch,
} from './opensearch/start-opensearch.ts'
export { startPgBouncer, type PgBouncerOptions, type RunningPgBouncer } from './pgbouncer/start-pgbouncer.ts'
export { findPostgresBinaries, postgresPackage } from './postgres/find-binaries.ts'
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres/start-postgres.ts'
export { startStandby, type StandbyOptions } from './postgres/start-standby.ts'
export { guardProcess } from './process/guard-process.ts'
export { lockFolder, type FolderLock } from './process/lock-folder.ts'
export { findFreePort, findFreePorts, requireFreePort } from './process/ports.ts'
export { findOnPath } from './process/run-command.ts'
export { nodeOptions, startServer, type Server } from './process/start-server.ts'
export { findLibraries, unpackDebianPackage } from './process/unpack-debian-package.ts'
export { createProgress, type Progress } from './progress.ts'
export { unpackWheels, type Wheels } from './python/unpack-wheels.ts'
export { createCatalogTables, type Model } from './sample/catalog-tables.ts'
export { generateSampleRows, type SampleRowsOptions } from './sample/generate-sample-rows.ts'
export { createRandom, type Random } from './sample/random.ts'
export { loadRepeatedRows } from './sample/load-repeated-rows.ts'
export { loadSampleData } from './sample/load-sample-data.ts'
export type { RunningService, ServiceOptions } from './service-options.ts'
export { makeTemporaryFolder, type Folder } from './temporary-folder.ts'
export { startServices, type Services, type ServicesOptions } from './start-services.ts'
