import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import {
  actions,
  listIndices,
  runTask,
  systemClock,
  type Database,
  type TaskContext,
  type TaskStore,
} from '@ingestion-server/core'
import type { AppDeps } from '../http/app-deps.ts'
import { ConfigError, type Config } from './config.ts'
import { connectServices, createTaskContext } from './connect-services.ts'
import { createChecks, createCoreDeps, whenReady, type AssertReady } from './core-deps.ts'
import { createRetention } from './retention.ts'
import { createPgBossEngine, type Engine } from '../engine/pg-boss-engine.ts'
import type { WorkerOptions } from '../engine/worker-context.ts'
import type { Logger } from '../observability/log.ts'
import { observeServer } from '../observability/observe-server.ts'
import { listActiveTasks } from './list-active-tasks.ts'
import { collectAndLogOrphans } from './collect-orphans.ts'
import { openSocket } from '@ingestion-server/core/node'
import { createTaskTables } from './task-tables.ts'
import { createWebhooks, type Webhooks } from '../webhooks/webhooks.ts'
import { postWebhook } from '../webhooks/post-webhook.ts'

export interface ServerParts {
  app: AppDeps
  /** Starts background work; returns immediately, also when no service is available yet. */
  start(): void
  /**
   * Answers waiting requests, saves the checkpoints of running work, and closes all connections.
   *
   * @param closeListener stops accepting requests, and resolves when the last one is answered
   */
  stop(closeListener: () => Promise<void>): Promise<void>
}

/** Composition root: connects the HTTP interface and the engine to the services that the config names. */
export async function createServerParts(config: Config, log: Logger): Promise<ServerParts> {
  const { caFile } = config.openSearch
  const services = connectServices(config, {
    readFile,
    openSocket,
    log,
    ...(caFile !== null && { openSearch: { ssl: { ca: readCaFile(caFile) } } }),
  })
  const { search, store } = services
  const taskTables = createTaskTables({
    migrate: services.migrate,
    checkSchema: services.checkSchema,
    clock: systemClock,
    log,
  })
  const { assertReady } = taskTables
  const worker = `${hostname()}:${process.pid}:${randomUUID()}`
  const observation = await observeServer(config.tracing, {
    actions,
    search,
    store: {
      statistics: whenReady(assertReady, () => store.statistics()),
      list: whenReady(assertReady, (query) => store.list(query)),
      lead: whenReady(assertReady, (name, holder, forMs) => store.lead(name, holder, forMs)),
      resign: whenReady(assertReady, (name, holder) => store.resign(name, holder)),
    },
    process: worker,
    listIndices: whenReady(assertReady, () => listIndices(context)),
    clock: systemClock,
    log,
  })
  const context = createTaskContext(config, services, {
    actions: observation.actions,
    worker,
  })
  const webhooks = createWebhooks({
    policy: config.webhooks,
    secret: config.webhooks.secret,
    getTask: (id) => store.get(id),
    post: postWebhook,
    clock: systemClock,
    log,
  })
  const engine = createEngine(config, { context, webhooks, assertReady, tasks: services.tasks, log })
  const stopping = new AbortController()
  const checkQueue = async () => {
    // The queue starts after the task tables are set up.
    await assertReady()
    await engine.check()
  }

  const app: AppDeps = {
    ...createCoreDeps({ context, tokens: services.tokens, assertReady }),
    checkWebhook: webhooks.check,
    findWebhook: whenReady(assertReady, (record) => engine.findWebhook(record)),
    metrics: observation.metrics,
    observeRequest: observation.observeRequest,
    notify: engine.notify,
    checks: [
      ...createChecks({ ...services, models: context.models.map(({ name }) => name), assertReady }),
      { name: 'queue', check: checkQueue },
    ],
    access: config.access,
    corsOrigins: config.corsOrigins,
    log,
    clock: systemClock,
    newRequestId: randomUUID,
    stopping: stopping.signal,
    baseUrl: config.publicUrl ?? undefined,
  }

  return {
    app,
    start() {
      void taskTables.setUp(stopping.signal).then((done) => {
        if (done) engine.start()
      })
    },
    async stop(closeListener) {
      stopping.abort()
      // Requests in progress still need the services.
      await Promise.all([closeListener(), engine.stop()])
      await observation.stop()
      await services.close()
    },
  }
}

const readFile = (path: string) => readFileSync(path, 'utf8')

/** @throws ConfigError when it can't be read: without it every request to OpenSearch would fail */
function readCaFile(path: string): string {
  try {
    return readFile(path)
  } catch (error) {
    throw new ConfigError([`OPENSEARCH_CA_FILE can't be read: ${(error as Error).message}`]) // fs throws Errors only
  }
}

interface EngineDeps {
  context: TaskContext
  webhooks: Webhooks
  assertReady: AssertReady
  /** The task database. */
  tasks: Database
  log: Logger
}

function createEngine(config: Config, deps: EngineDeps): Engine {
  const { context, tasks, log } = deps
  const { role, workers, tasksDatabaseUrl, settings } = config
  return createPgBossEngine({
    databaseUrl: tasksDatabaseUrl,
    readFile,
    database: tasks,
    worker: role === 'api' ? null : createWorker(config, deps),
    leaseMs: settings.leaseMs,
    maxWorkersPerTask: workers.maxPerTask,
    clock: context.clock,
    log,
  })
}

function createWorker(
  { workers, retentionMs }: Config,
  { context, webhooks, assertReady, log }: EngineDeps,
): WorkerOptions {
  const { store } = context
  return {
    async runSlice(taskId, { signal, onItem }) {
      await assertReady()
      const hooked = { ...context, store: withClaimHook(store, onItem) }
      return runTask(hooked, taskId, { signal, waitForOthers: false })
    },
    getTask: (taskId) => store.get(taskId),
    listActive: () => listActiveTasks(store),
    deliverWebhook: webhooks.deliver,
    maintenance: [
      (signal: AbortSignal) => collectAndLogOrphans(context, log, signal),
      createRetention({ store, retentionMs, clock: context.clock, log }),
    ].map((run) => whenReady(assertReady, run)),
    maxConcurrent: workers.maxConcurrent,
    clusterMaxWorkers: workers.clusterMax,
    sliceMs: workers.sliceMs,
    pollIntervalMs: workers.pollIntervalMs,
  }
}

/** The same store, which calls `onItem` for each claimed item. */
function withClaimHook(store: TaskStore, onItem: (stage: number) => void): TaskStore {
  return {
    ...store,
    async claim(taskId, worker, leaseMs) {
      const claim = await store.claim(taskId, worker, leaseMs)
      if (claim.kind === 'item') onItem(claim.lease.stage)
      return claim
    },
  }
}
