/**
 * The core suite, the same on every runtime: a REINDEX of real rows, in slices, by web standards and packages
 * alone. What is particular to a runtime is how it is started, which is runtimes.test.ts' business.
 */
import {
  audio,
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  defaultSettings,
  image,
  reindex,
  runTask,
  submitTask,
  systemClock,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'

export interface SuiteOptions {
  /** A database with the catalog's tables, rows in them, and the task store's schema. */
  databaseUrl: string
  openSearchUrl: string
  suffix: string
  /** Milliseconds after which a call of runTask has to return; it is called again until the task is done. */
  sliceMs: number
}

export interface SuiteResult {
  tasks: Pick<TaskRecord, 'model' | 'status' | 'counts' | 'error'>[]
  /** Calls of runTask that ended before the task did. */
  pauses: number
}

export async function runSuite({
  databaseUrl,
  openSearchUrl,
  suffix,
  sliceMs,
}: SuiteOptions): Promise<SuiteResult> {
  const connection = connectPostgres(databaseUrl)
  const search = connectOpenSearch(openSearchUrl)
  const context: TaskContext = {
    store: createDrizzleTaskStore(connection.db),
    db: connection.db,
    search,
    models: [image, audio],
    actions: [reindex],
    settings: { ...defaultSettings, rowsPerItem: 500, targetBodyLength: 200_000 },
    clock: systemClock,
    worker: 'runtime-suite',
  }
  const result: SuiteResult = { tasks: [], pauses: 0 }
  try {
    for (const model of ['image', 'audio'] as const) {
      const { id } = await submitTask(context, { model, action: 'REINDEX', index_suffix: suffix })
      for (;;) {
        const run = await runTask(context, id, { deadline: Date.now() + sliceMs })
        if (run.paused) {
          result.pauses++
          continue
        }
        const { status, counts, error } = run.task
        result.tasks.push({ model, status, counts, error })
        break
      }
    }
  } finally {
    await search.close()
    await connection.close()
  }
  return result
}
