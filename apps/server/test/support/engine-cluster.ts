import { randomUUID } from 'node:crypto'
import {
  connectPostgres,
  isPooled,
  systemClock,
  type Database,
  type TaskRecord,
} from '@ingestion-server/core'
import { until } from '@ingestion-server/core/testing/until.ts'
import { sql } from 'drizzle-orm'
import type { PgBoss } from 'pg-boss'
import { createPgBossEngine, type Engine, type EngineOptions } from '../../src/engine/pg-boss-engine.ts'
import type { WorkerOptions } from '../../src/engine/worker-context.ts'
import { collectLines } from './collect-lines.ts'
import { openQueues, queueName } from './open-queues.ts'

type RunSlice = WorkerOptions['runSlice']

/** `databaseUrl`: another connection URL of the same database. */
type ClusterEngineOptions = Partial<Omit<EngineOptions, 'worker'>> & {
  worker?: Partial<WorkerOptions> | null
}

/** Tasks that are functions, and engines that share them like processes with a common task store. */
export function createEngineCluster(databaseUrl: string) {
  const inspected = connectPostgres(databaseUrl, { maxConnections: 1 })
  const slices = new Map<string, RunSlice>()
  const active = new Set<string>()
  const running: string[] = []
  const engines: Engine[] = []
  const { log, lines } = collectLines()
  let mostAtOnce = 0
  let reader: PgBoss | null = null

  const runSlice: RunSlice = async (taskId, options) => {
    running.push(taskId)
    mostAtOnce = Math.max(mostAtOnce, running.length)
    try {
      const result = await slices.get(taskId)?.(taskId, options)
      if (result === undefined) throw new Error(`there is no task ${taskId}`)
      if (!result.paused) active.delete(taskId)
      return result
    } finally {
      running.splice(running.indexOf(taskId), 1)
    }
  }

  return {
    /** The log lines of all engines. */
    lines,
    running,
    active,
    engines,
    mostAtOnce: () => mostAtOnce,
    /** Adds a task that calls `run` in each of its time slices. @returns its id */
    addTask(slice: RunSlice): string {
      const id = randomUUID()
      slices.set(id, slice)
      active.add(id)
      return id
    },
    startEngine({ worker, ...options }: ClusterEngineOptions = {}): Engine {
      const engine = createPgBossEngine({
        databaseUrl,
        database: inspected.db,
        worker:
          worker === null
            ? null
            : {
                runSlice,
                getTask: async (id) => taskRecord(id, active.has(id)),
                listActive: async () => [...active],
                deliverWebhook: null,
                maintenance: [],
                maxConcurrent: 4,
                clusterMaxWorkers: null,
                sliceMs: 60_000,
                pollIntervalMs: 60_000,
                ...worker,
              },
        leaseMs: 60_000,
        maxWorkersPerTask: 1,
        clock: systemClock,
        log,
        ...options,
      })
      engines.push(engine)
      engine.start()
      return engine
    },
    /** The queues as pg-boss shows them; an engine has created them. */
    async openQueues(): Promise<PgBoss> {
      reader ??= await openQueues(databaseUrl)
      return reader
    },
    /** Ends what is still running: a slice that listens to its signal. */
    async close() {
      await Promise.all(engines.map((engine) => engine.stop()))
      await reader?.stop({ graceful: false })
      await untilConnectionsEnd(inspected.db)
      await inspected.close()
    },
  }
}

/**
 * pg-boss does not wait for the end of its connections, and an error follows if the database is dropped before. Those of
 * a pooler are not pg-boss's.
 */
async function untilConnectionsEnd(db: Database): Promise<void> {
  if (await isPooled(db)) return
  const countOpen = async () => {
    const open = sql`select from pg_stat_activity where datname = current_database() and application_name = ${queueName}`
    return (await db.execute(open)).length
  }
  await until('the connections of the queues to end', async () => (await countOpen()) === 0)
}

export const done = (taskId: string) => ({ paused: false as const, task: taskRecord(taskId, false) })

/** Only the fields that the engine reads. */
export function taskRecord(id: string, isActive: boolean): TaskRecord {
  return {
    id,
    status: isActive ? 'running' : 'succeeded',
    attempt: 1,
    callbackUrl: 'https://example.org',
  } as TaskRecord
}

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
