import {
  actions,
  audio,
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  createReuse,
  defaultSettings,
  migrateTaskStore,
  runTask,
  submitTask,
  systemClock,
  type OpenSocket,
  type TaskContext,
} from '@ingestion-server/core'

export interface CoreOptions {
  /** A database with the catalog's tables. */
  databaseUrl: string
  openSearchUrl: string
  /** Of the index that is built: audio-<suffix>. */
  suffix: string
}

export interface Outcome {
  status: string
  indexed: number
}

/** Builds an index with the library alone, as the README of core shows it. */
export async function reindexWithCore(options: CoreOptions, openSocket?: OpenSocket): Promise<Outcome> {
  const connection = connectPostgres(options.databaseUrl, { maxConnections: 4, openSocket })
  const search = connectOpenSearch(options.openSearchUrl)
  try {
    await migrateTaskStore(connection.db)
    const context: TaskContext = {
      store: createDrizzleTaskStore(connection.db),
      db: connection.db,
      search,
      models: [audio],
      actions,
      settings: defaultSettings,
      clock: systemClock,
      reuse: createReuse(),
      worker: 'consumer',
    }
    const { id } = await submitTask(context, {
      model: 'audio',
      action: 'REINDEX',
      index_suffix: options.suffix,
    })
    const run = await runTask(context, id)
    if (run.paused) throw new Error('it paused, without a deadline')
    return { status: run.task.status, indexed: run.task.counts.indexed }
  } finally {
    await search.close()
    await connection.close()
  }
}
