import {
  connectOpenSearch,
  connectPostgres,
  createAudioModel,
  createDrizzleTaskStore,
  createImageModel,
  defaultSettings,
  migrateTaskStore,
  PostgresUrlError,
  systemClock,
  type Database,
  type ReadFile,
  type SearchClient,
  type TaskContext,
  type TaskStore,
} from '@ingestion-server/core'
import { createDrizzleTokenStore, migrateTokenStore } from './auth/drizzle-token-store.ts'
import type { TokenStore } from './auth/token-store.ts'
import { ConfigError, type Config } from './config.ts'
import { createTermsReader } from './read-sensitive-terms.ts'

/** The services that a config names, and the stores in them. */
export interface Services {
  catalog: Database
  /** The very same as `catalog` where tasks are kept beside it. */
  tasks: Database
  search: SearchClient
  store: TaskStore
  tokens: TokenStore
  /** Sets up the tables of the stores. */
  migrate(): Promise<void>
  close(): Promise<void>
}

export interface ConnectOptions {
  /** Connections to each database at most; absent: as many as connectPostgres opens. */
  maxConnections?: { catalog: number; tasks: number }
  /** Reads the certificates that the URLs of Postgres name; absent where there are no files. */
  readFile?: ReadFile
  /** For a certificate of OpenSearch that the runtime doesn't trust by itself. */
  openSearch?: Parameters<typeof connectOpenSearch>[1]
}

/**
 * Opens nothing yet: each connection is made when it is first needed.
 *
 * @throws ConfigError when a certificate can't be read
 */
export function connectServices(
  config: Config,
  { openSearch, maxConnections, readFile }: ConnectOptions = {},
): Services {
  const connect = (variable: string, url: string, max: number | undefined) => {
    try {
      return connectPostgres(url, { maxConnections: max, readFile })
    } catch (error) {
      throw error instanceof PostgresUrlError ? new ConfigError([`${variable} ${error.message}`]) : error
    }
  }
  const catalog = connect('DATABASE_URL', config.databaseUrl, maxConnections?.catalog)
  const oneDatabase = config.tasksDatabaseUrl === config.databaseUrl
  const tasks = oneDatabase
    ? catalog
    : connect('TASKS_DATABASE_URL', config.tasksDatabaseUrl, maxConnections?.tasks)
  const { url, compress } = config.openSearch
  const search = connectOpenSearch(url, { ...openSearch, ...(compress !== null && { compress }) })
  return {
    catalog: catalog.db,
    tasks: tasks.db,
    search,
    store: createDrizzleTaskStore(tasks.db),
    tokens: createDrizzleTokenStore(tasks.db),
    async migrate() {
      await migrateTaskStore(tasks.db)
      await migrateTokenStore(tasks.db)
    },
    async close() {
      await Promise.all([catalog.close(), oneDatabase ? undefined : tasks.close(), search.close()])
    },
  }
}

/** What tasks are run with, over these services. */
export function createTaskContext(
  config: Config,
  { store, catalog, search }: Services,
  { actions, worker }: Pick<TaskContext, 'actions' | 'worker'>,
): TaskContext {
  return {
    store,
    db: catalog,
    search,
    models: [createImageModel(config.catalogSchema), createAudioModel(config.catalogSchema)],
    actions,
    settings: { ...defaultSettings, ...config.settings },
    ...(config.sensitiveTermsUrl !== null && {
      readSensitiveTerms: createTermsReader(config.sensitiveTermsUrl),
    }),
    clock: systemClock,
    worker,
  }
}
