import { backoffMs, type Clock } from '@ingestion-server/core'
import { PgBoss } from 'pg-boss'
import type { Logger } from '../log.ts'
import type { Engine } from './engine.ts'
import { createErrorLog } from './error-log.ts'
import { createQueues, queueSchema } from './queues.ts'
import { createTicketOffice } from './ticket-office.ts'
import { startWorking, type WorkerOptions } from './start-working.ts'

/** How long what runs may take to save its checkpoints when the process is told to stop. */
const stopTimeoutMs = 7_000

export interface PgBossEngineOptions {
  /** The database of the tasks. */
  databaseUrl: string
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
  const { databaseUrl, worker, leaseMs, maxWorkersPerTask, clock, log } = options
  const logError = createErrorLog(log, clock)
  const stopping = new AbortController()
  let started: Promise<void> = Promise.resolve()

  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'ingestion-server queue',
    schema: queueSchema,
    // Statements take milliseconds: few connections do for any number of workers.
    max: 4,
    connectionTimeoutMillis: 5_000,
    useListenNotify: worker !== null,
    supervise: worker !== null,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    schedule: false,
    registerInstance: false,
  })
  boss.on('error', (error) => logError('the queue has a problem; it goes on when that is over', error))
  boss.on('warning', ({ message, data }) => log.warn('the queue warns', { reason: message, data }))
  const prepareQueues = () => createQueues(boss, leaseMs)
  const office = createTicketOffice(boss, maxWorkersPerTask)

  async function start(): Promise<void> {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        await boss.start()
        await prepareQueues()
        office.open()
        break
      } catch (error) {
        logError('the queue could not be started; this is tried again', error)
        // Aborted: the loop ends.
        await clock.sleep(backoffMs(attempt), stopping.signal).catch(() => undefined)
      }
    }
    const common = { boss, office, leaseMs, clock, log, logError }
    if (worker && !stopping.signal.aborted)
      await startWorking({ ...common, worker, createQueues: prepareQueues, stopping: stopping.signal })
  }

  return {
    wake(taskId) {
      office
        .call(taskId)
        .catch((error: unknown) => logError('a task could not be announced; the next sweep finds it', error))
    },
    start() {
      started = start()
    },
    async stop() {
      stopping.abort()
      await started
      await boss.stop({ timeout: stopTimeoutMs })
    },
  }
}
