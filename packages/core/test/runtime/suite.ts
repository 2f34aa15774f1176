/**
 * The core suite, the same on every runtime: real rows through the actions, in time slices, with web standards and
 * packages only. Only its start differs by runtime.
 */
import {
  actions,
  audio,
  connectOpenSearch,
  connectPostgres,
  createDrizzleTaskStore,
  createReuse,
  defaultSettings,
  image,
  runTask,
  submitTask,
  systemClock,
  type RunResult,
  type TaskContext,
  type TaskRecord,
  type TaskRequest,
} from '../../src/index.ts'

export interface SuiteOptions {
  /** A database with the catalog's tables and rows, and the task store's schema. */
  databaseUrl: string
  openSearchUrl: string
  /** Prefix of the model names, so that no other test has their indices and aliases. */
  prefix: string
  /** Sensitive terms, one per line. */
  terms: string
  /** Maximum milliseconds of a call of runTask; it is called again until the task has ended. */
  sliceMs: number
}

export interface SuiteResult {
  tasks: Pick<TaskRecord, 'action' | 'index' | 'status' | 'counts' | 'error'>[]
  /** Calls of runTask that ended before the task did. */
  pauses: number
}

/** The operations of the suite: in this process, or in one that runs elsewhere. */
export interface SuiteHost {
  /** @returns the task's id */
  submit(request: TaskRequest): Promise<string>
  /** Works on a task for one time slice. */
  slice(taskId: string): Promise<RunResult>
}

function suiteRequests({ prefix }: SuiteOptions): TaskRequest[] {
  const [images, tracks] = [`${prefix}image`, `${prefix}audio`]
  return [
    { model: images, action: 'REINDEX', index_suffix: 'a' },
    { model: tracks, action: 'REINDEX', index_suffix: 'a' },
    { model: images, action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' },
    { model: images, action: 'POINT_ALIAS', index_suffix: 'a', alias: `${images}-filtered` },
    { model: images, action: 'POINT_ALIAS', index_suffix: 'a', alias: images },
    { model: tracks, action: 'REINDEX', index_suffix: 'b' },
    { model: tracks, action: 'DELETE_INDEX', index_suffix: 'b' },
  ]
}

export async function runSuite(options: SuiteOptions, host: SuiteHost): Promise<SuiteResult> {
  const result: SuiteResult = { tasks: [], pauses: 0 }
  for (const request of suiteRequests(options)) {
    const taskId = await host.submit(request)
    for (;;) {
      const run = await host.slice(taskId)
      if (run.paused) {
        result.pauses++
        continue
      }
      const { action, index, status, counts, error } = run.task
      result.tasks.push({ action, index, status, counts, error })
      break
    }
  }
  return result
}

/** Runs a function with a host in this process, with its own connections. */
export async function withSuiteHost<Result>(
  options: SuiteOptions,
  use: (host: SuiteHost, context: TaskContext) => Promise<Result>,
): Promise<Result> {
  const connection = connectPostgres(options.databaseUrl, { maxConnections: 4 })
  // As for a cluster on another machine.
  const search = connectOpenSearch(options.openSearchUrl, { compress: true })
  const context: TaskContext = {
    store: createDrizzleTaskStore(connection.db),
    db: connection.db,
    search,
    models: [image, audio].map((model) => ({ ...model, name: `${options.prefix}${model.name}` })),
    actions,
    settings: { ...defaultSettings, rowsPerItem: 500, targetBodyLength: 200_000 },
    readSensitiveTerms: () => Promise.resolve(options.terms),
    clock: systemClock,
    reuse: createReuse(),
    worker: 'runtime-suite',
  }
  const host: SuiteHost = {
    submit: async (request) => (await submitTask(context, request)).id,
    slice: (taskId) => runTask(context, taskId, { deadline: Date.now() + options.sliceMs }),
  }
  try {
    return await use(host, context)
  } finally {
    await search.close()
    await connection.close()
  }
}
