import {
  checkTaskSchema,
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  createReuse,
  defaultSettings,
  migrateTaskStore,
  PostgresUrlError,
  systemClock,
  type Database,
  type OpenSocket,
  type ReadFile,
  type SearchClient,
  type TaskContext,
  type TaskStore,
} from '@ingestion-server/core'
import { createDrizzleTokenStore, migrateTokenStore } from '../auth/drizzle-token-store.ts'
import type { TokenStore } from '../auth/token-store.ts'
import type { Logger } from '../observability/log.ts'
import { ConfigError, type Config } from './config.ts'
import { createModels } from './models.ts'
import { createTermsReader } from './read-sensitive-terms.ts'

/** The services that a config names, and the stores in them. */
export interface Services {
  catalog: Database
  /** Has its own connections, even if both use one database, because its statements have a shorter limit. */
  tasks: Database
  isOneDatabase: boolean
  search: SearchClient
  store: TaskStore
  tokens: TokenStore
  /** Sets up the tables of the stores. @throws DatabaseRefusedError as applyMigrations of core */
  migrate(): Promise<void>
  /** Throws DatabaseRefusedError when a newer release has made tables that this release can't work with. */
  checkSchema(): Promise<void>
  close(): Promise<void>
}

export interface ConnectOptions {
  /** Maximum connections to each database; absent: the default of connectPostgres. */
  maxConnections?: { catalog: number; tasks: number }
  /** Reads the certificates that the Postgres URLs name; absent where there is no file system. */
  readFile?: ReadFile
  /** Opens Postgres connections that close when the network has dropped them; null where there are no sockets. */
  openSocket: OpenSocket | null
  log: Logger
  /** For an OpenSearch certificate that the runtime doesn't trust by default. */
  openSearch?: Parameters<typeof connectOpenSearch>[1]
}

/** Limit for an idle task transaction and for each of its statements, milliseconds. */
const tasksSilenceMs = 30_000

/**
 * Opens no connection: each is made when it is first needed.
 *
 * @throws ConfigError when a certificate can't be read
 */
export function connectServices(
  config: Config,
  { openSearch, maxConnections, openSocket, readFile, log }: ConnectOptions,
): Services {
  const connect = (variable: string, url: string, options: Parameters<typeof connectPostgres>[1]) => {
    try {
      return connectPostgres(url, { readFile, ...options })
    } catch (error) {
      throw error instanceof PostgresUrlError ? new ConfigError([`${variable} ${error.message}`]) : error
    }
  }
  const catalog = connect('DATABASE_URL', config.databaseUrl, {
    maxConnections: maxConnections?.catalog,
    silenceMs: config.settings.catalogTimeoutMs,
    openSocket: openSocket ?? undefined,
  })
  const connectTasks = (options: Parameters<typeof connectPostgres>[1]) =>
    connect('TASKS_DATABASE_URL', config.tasksDatabaseUrl, options)
  const tasks = connectTasks({
    maxConnections: maxConnections?.tasks,
    silenceMs: tasksSilenceMs,
    openSocket: openSocket ?? undefined,
  })
  const { url, compress } = config.openSearch
  const search = connectOpenSearch(url, { ...openSearch, ...(compress !== null && { compress }) })
  return {
    catalog: catalog.db,
    tasks: tasks.db,
    isOneDatabase: config.tasksDatabaseUrl === config.databaseUrl,
    search,
    store: createDrizzleTaskStore(tasks.db),
    tokens: createDrizzleTokenStore(tasks.db),
    async migrate() {
      // A migration may take longer than any statement of the pool.
      const { db, close } = connectTasks({ maxConnections: 1 })
      try {
        const { unknown } = await migrateTaskStore(db)
        const tokens = await migrateTokenStore(db)
        if (unknown + tokens.unknown > 0)
          log.info('a newer release migrated the task tables; this release continues beside it', {
            unknown_migrations: unknown + tokens.unknown,
          })
      } finally {
        await close()
      }
    },
    checkSchema: () => checkTaskSchema(tasks.db),
    async close() {
      await Promise.all([catalog.close(), tasks.close(), search.close()])
    },
  }
}

/** The context that tasks run with, over these services. */
export function createTaskContext(
  config: Config,
  { store, catalog, search }: Services,
  { actions, worker }: Pick<TaskContext, 'actions' | 'worker'>,
): TaskContext {
  return {
    store,
    db: catalog,
    search,
    models: createModels(config.catalogSchema),
    actions,
    settings: { ...defaultSettings, ...config.settings },
    ...(config.sensitiveTermsUrl !== null && {
      readSensitiveTerms: createTermsReader(config.sensitiveTermsUrl),
    }),
    clock: systemClock,
    reuse: createReuse(),
    worker,
  }
}
