import { backoffMs, DatabaseUnavailableError, type Clock } from '@ingestion-server/core'
import { PgBoss } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import type { Engine } from './engine.ts'
import { createErrorLog } from './error-log.ts'
import { findCallback } from './find-callback.ts'
import type { QueueDatabase } from './inspect-database.ts'
import type { QueueConnection } from './queue-connection.ts'
import { createQueues, queueSchema } from './queues.ts'
import { createTicketOffice, type TicketOffice } from './ticket-office.ts'
import { startWorking } from './start-working.ts'
import type { WorkerOptions } from './working.ts'

/** How long what runs may take to save its checkpoints when the process is told to stop. */
const stopTimeoutMs = 7_000

export interface PgBossEngineOptions {
  /** How the tasks' database is reached. */
  connection(): Promise<QueueConnection>
  /** Asks that database what the queue has to know of it. */
  inspectDatabase(): Promise<QueueDatabase>
  /** Null for a process that sends tickets, and works on none. */
  worker: WorkerOptions | null
  /** How long a worker may be silent before others take over what it does. */
  leaseMs: number
  maxWorkersPerTask: number
  clock: Clock
  log: Logger
}

/**
 * The engine over pg-boss, which delivers tickets (ticket.ts) to workers in any number of processes that share the
 * database. It outlives the database's being away: what could not be sent or taken then, the sweep makes good.
 */
export function createPgBossEngine(options: PgBossEngineOptions): Engine {
  const { worker, leaseMs, maxWorkersPerTask, clock, log } = options
  const logError = createErrorLog(log, clock)
  const stopping = new AbortController()
  let started: Promise<void> = Promise.resolve()
  let boss: PgBoss | null = null
  let office: TicketOffice | null = null
  const firstTry = Promise.withResolvers<void>()
  /** Why the queue can't be used yet. */
  let failure: unknown = null

  function createBoss(connection: QueueConnection, { isPooled, hasSchema }: QueueDatabase): PgBoss {
    const created = new PgBoss({
      ...connection,
      schema: queueSchema,
      createSchema: !hasSchema,
      // Without notifications workers look for tickets once a second.
      useListenNotify: worker !== null && !isPooled,
      supervise: worker !== null,
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
      // How often what `deleteAfterSeconds` says is done, which is once a day otherwise.
      maintenanceIntervalSeconds: 60,
      schedule: false,
      registerInstance: false,
    })
    created.on('error', (error) => logError('the queue has a problem; it goes on when that is over', error))
    created.on('warning', ({ message, data }) => log.warn('the queue warns', { reason: message, data }))
    return created
  }

  async function startBoss(): Promise<PgBoss> {
    try {
      return await startBossOnce()
    } catch (error) {
      if (!wasMadeMeanwhile(error)) throw error
      return startBossOnce()
    }
  }

  async function startBossOnce(): Promise<PgBoss> {
    const database = await options.inspectDatabase()
    const created = createBoss(await options.connection(), database)
    try {
      await created.start()
      await createQueues(created, leaseMs)
    } catch (error) {
      await created.stop({ graceful: false }).catch(() => undefined)
      throw error
    }
    if (database.isPooled && worker)
      log.info('the tasks database is behind a connection pooler; the queue polls instead of listening')
    return created
  }

  async function start(): Promise<void> {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        boss = await startBoss()
        office = createTicketOffice(boss, maxWorkersPerTask)
        failure = null
        firstTry.resolve()
        break
      } catch (error) {
        failure = error
        firstTry.resolve()
        logError('the queue could not be started; this is tried again', error)
        // Aborted: the loop ends.
        await clock.sleep(backoffMs(attempt), stopping.signal).catch(() => undefined)
      }
    }
    if (!boss || !office || !worker || stopping.signal.aborted) return
    const running = boss
    await startWorking({
      ...{ boss: running, office, worker, leaseMs, clock, log, logError },
      createQueues: () => createQueues(running, leaseMs),
      stopping: stopping.signal,
    })
  }

  return {
    wake(taskId) {
      office
        ?.call(taskId)
        .catch((error: unknown) => logError('a task could not be announced; the next sweep finds it', error))
    },
    async findCallback(record) {
      if (!boss)
        throw new DatabaseUnavailableError('the queue has not started yet; ask again in some seconds')
      try {
        return await findCallback(boss, record, clock.now())
      } catch (cause) {
        throw new DatabaseUnavailableError('the queue does not answer; ask again in some seconds', { cause })
      }
    },
    start() {
      started = start()
    },
    async check() {
      await firstTry.promise
      if (failure !== null)
        throw new Error(`the queue could not be started: ${describe(failure)}`, { cause: failure })
      await boss?.getDb().executeSql('select 1')
    },
    async stop() {
      stopping.abort()
      await started
      await boss?.stop({ timeout: stopTimeoutMs })
    },
  }
}

/**
 * Whether another process made the queue's tables at the same moment. pg-boss has a lock for that, but behind it `CREATE
 * … IF NOT EXISTS` looks into a cache which may not know yet what was committed during the wait (unique_violation).
 */
const wasMadeMeanwhile = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === '23505'

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error))
