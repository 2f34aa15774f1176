import {
  actions,
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  createReuse,
  defaultSettings,
  image,
  migrateTaskStore,
  runTask,
  submitTask,
  systemClock,
  type Settings,
  type TaskContext,
  type TaskRecord,
} from '@ingestion-server/core'

/** Context of tasks, with the services of a bench. */
export async function createContext(
  postgresUrl: string,
  openSearchUrl: string,
  settings: Partial<Settings> = {},
): Promise<{ context: TaskContext; close(): Promise<void> }> {
  const connection = connectPostgres(postgresUrl)
  const search = connectOpenSearch(openSearchUrl)
  await migrateTaskStore(connection.db)
  const context: TaskContext = {
    store: createDrizzleTaskStore(connection.db),
    db: connection.db,
    search,
    models: [image],
    actions,
    settings: { ...defaultSettings, ...settings },
    clock: systemClock,
    reuse: createReuse(),
    worker: `bench-${process.pid}`,
  }
  return {
    context,
    async close() {
      await search.close()
      await connection.close()
    },
  }
}

/** Runs a request to its end with as many workers as a server process gives a task. */
export async function runToEnd(
  context: TaskContext,
  request: Parameters<typeof submitTask>[1],
): Promise<TaskRecord> {
  const { id } = await submitTask(context, request)
  const workers = 2
  const ended = new AbortController()
  const runs = Array.from({ length: workers }, () => runTask(context, id, { signal: ended.signal }))
  // The other workers may be waiting.
  const result = await Promise.race(runs).finally(() => ended.abort())
  await Promise.allSettled(runs)
  if (result.paused || result.task.status !== 'succeeded') throw new Error(JSON.stringify(result))
  return result.task
}
