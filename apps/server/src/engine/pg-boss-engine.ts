import {
  DatabaseUnavailableError,
  type Database,
  type ReadFile,
  type TaskCallback,
  type TaskRecord,
} from '@ingestion-server/core'
import { PgBoss, type AttachableClock } from 'pg-boss'
import { retryWithBackoff } from '../retry-with-backoff.ts'
import { createErrorLog } from './error-log.ts'
import { findWebhook } from './find-webhook.ts'
import { inspectDatabase } from './inspect-database.ts'
import { notify } from './job-queue.ts'
import { queueConnection } from './queue-connection.ts'
import { createQueueSchemaNotice, explainQueueStart } from './queue-schema.ts'
import { createQueues, queueSchema } from './queues.ts'
import type { EngineSettings, WorkerOptions } from './worker-context.ts'
import { startWorkers } from './workers.ts'

/** Time limit for running work to save its checkpoints when the process stops. */
const stopTimeoutMs = 7_000

/** Works on tasks in the background. */
export interface Engine {
  /**
   * Enqueues work on a task that was just created, retried or cancelled, for the next free worker.
   * Returns immediately and never fails; the reconcile loop adds lost jobs.
   */
  notify(taskId: string): void
  /** Starts background work; returns immediately, also when no service is available yet. */
  start(): void
  /** Resolves when jobs can be sent and fetched; waits for the first attempt to start. @throws Error with the reason */
  check(): Promise<void>
  /** State of a task's webhook. @throws DatabaseUnavailableError while the queue can't be read */
  findWebhook(record: TaskRecord): Promise<TaskCallback>
  /** Takes no new jobs, lets running ones save their checkpoints, puts them back, and resolves within some seconds. */
  stop(): Promise<void>
}

export interface EngineOptions extends EngineSettings {
  /** Of the task database. */
  databaseUrl: string
  /** Reads the certificates that the URL names. */
  readFile?: ReadFile
  /** Another connection to that database. */
  database: Database
  /** Null for a process that only sends jobs. */
  worker: WorkerOptions | null
  /** The time in the queue's tables; the database's own by default. */
  queueClock?: AttachableClock
}

/**
 * The engine over pg-boss, which distributes jobs (job-queue.ts) to workers in any number of processes that share the
 * database. It survives a database outage: the reconcile loop adds the jobs that could not be sent or fetched.
 */
export function createPgBossEngine(options: EngineOptions): Engine {
  const { worker, leaseMs, maxWorkersPerTask, clock, log } = options
  const logError = createErrorLog(log, clock)
  const noticeSchema = createQueueSchemaNotice(log)
  const stopping = new AbortController()
  let started: Promise<void> = Promise.resolve()
  let boss: PgBoss | null = null
  const firstTry = Promise.withResolvers<void>()
  /** Why the queue is not ready yet. */
  let failure: unknown = null

  async function startBoss(): Promise<PgBoss> {
    const { schemaVersion, hasSchema, isPooled } = await inspectDatabase(options.database)
    noticeSchema(schemaVersion)
    const created = new PgBoss({
      ...(await queueConnection(options.databaseUrl, options.readFile)),
      schema: queueSchema,
      createSchema: !hasSchema,
      // Without notifications workers poll for jobs once a second.
      useListenNotify: worker !== null && !isPooled,
      supervise: worker !== null,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      // How often `deleteAfterSeconds` is applied; the default is once a day.
      maintenanceIntervalSeconds: 60,
      schedule: false,
      registerInstance: false,
      ...(options.queueClock && { clock: options.queueClock }),
    })
    created.on('error', (error) => logError('job queue error; retrying', error))
    created.on('warning', ({ message, data }) => log.warn('job queue warning', { reason: message, data }))
    try {
      await created.start()
      await createQueues(created, leaseMs)
    } catch (error) {
      await created.stop({ graceful: false }).catch(() => undefined)
      throw explainQueueStart(error, schemaVersion)
    }
    if (isPooled && worker)
      log.info('the tasks database is behind a connection pooler; the job queue polls instead of listening')
    return created
  }

  async function tryStart(): Promise<void> {
    boss = await startBoss().catch((error: unknown) => {
      if (wasCreatedConcurrently(error)) return startBoss()
      throw error
    })
    failure = null
    firstTry.resolve()
  }

  function onFailure(error: unknown): void {
    failure = error
    firstTry.resolve()
    logError('job queue could not be started; retrying', error)
  }

  async function start(): Promise<void> {
    await retryWithBackoff(tryStart, { clock, signal: stopping.signal, onFailure })
    if (!boss || !worker || stopping.signal.aborted) return
    await startWorkers({
      ...{ boss, worker, leaseMs, maxWorkersPerTask, clock, log, logError },
      stopping: stopping.signal,
    })
  }

  return {
    notify(taskId) {
      if (!boss) return
      notify(boss, taskId).catch((error: unknown) =>
        logError('notifying workers of a task failed; the reconcile loop finds it', error),
      )
    },
    async findWebhook(record) {
      if (!boss)
        throw new DatabaseUnavailableError('the job queue has not started yet; retry in a few seconds')
      try {
        return await findWebhook(boss, record, clock.now())
      } catch (cause) {
        throw new DatabaseUnavailableError('the job queue does not respond; retry in a few seconds', {
          cause,
        })
      }
    },
    start() {
      started = start()
    },
    async check() {
      await firstTry.promise
      if (failure !== null)
        throw new Error(`the job queue could not be started: ${describe(failure)}`, { cause: failure })
      if (boss) noticeSchema(await boss.schemaVersion())
    },
    async stop() {
      stopping.abort()
      await started
      await boss?.stop({ timeout: stopTimeoutMs })
    },
  }
}

/**
 * Whether another process created the queue's tables at the same time. pg-boss has a lock for that, but `CREATE
 * … IF NOT EXISTS` reads a cache that may not contain yet what was committed during the wait (unique_violation).
 */
const wasCreatedConcurrently = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '23505'

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error))
