import { randomUUID } from 'node:crypto'
import { connectPostgres, systemClock, type TaskRecord } from '@ingestion-server/core'
import type { Engine } from '../../src/engine/engine.ts'
import { inspectDatabase } from '../../src/engine/inspect-database.ts'
import { queueConnection } from '../../src/engine/queue-connection.ts'
import { createPgBossEngine, type PgBossEngineOptions } from '../../src/engine/pg-boss-engine.ts'
import type { WorkerOptions } from '../../src/engine/working.ts'
import type { RunTurn } from '../../src/engine/work-ticket.ts'
import { collectLines } from './collect-lines.ts'

type WorldEngineOptions = Partial<Omit<PgBossEngineOptions, 'worker'>> & {
  /** Another way to the same database. */
  databaseUrl?: string
  worker?: Partial<WorkerOptions> | null
}

/** Tasks that are functions, and engines that share them as processes share a task store. */
export function createEngineWorld(databaseUrl: string) {
  const inspected = connectPostgres(databaseUrl, { maxConnections: 1 })
  const turns = new Map<string, RunTurn>()
  const active = new Set<string>()
  const running: string[] = []
  const engines: Engine[] = []
  const { log, lines } = collectLines()
  let mostAtOnce = 0

  const runTurn: RunTurn = async (taskId, options) => {
    running.push(taskId)
    mostAtOnce = Math.max(mostAtOnce, running.length)
    try {
      const result = await turns.get(taskId)?.(taskId, options)
      if (result === undefined) throw new Error(`there is no task ${taskId}`)
      if (!result.paused) active.delete(taskId)
      return result
    } finally {
      running.splice(running.indexOf(taskId), 1)
    }
  }

  return {
    /** What all engines logged. */
    lines,
    running,
    active,
    mostAtOnce: () => mostAtOnce,
    /** A task that does this in each of its turns. @returns its id */
    addTask(turn: RunTurn): string {
      const id = randomUUID()
      turns.set(id, turn)
      active.add(id)
      return id
    },
    startEngine({ worker, databaseUrl: url = databaseUrl, ...options }: WorldEngineOptions = {}): Engine {
      const engine = createPgBossEngine({
        connection: () => queueConnection(url),
        inspectDatabase: () => inspectDatabase(inspected.db),
        worker:
          worker === null
            ? null
            : {
                runTurn,
                getTask: async (id) => taskRecord(id, active.has(id)),
                listActive: async () => [...active],
                deliverCallback: null,
                repair: null,
                removeOld: null,
                maxConcurrent: 4,
                clusterMaxWorkers: null,
                turnMs: 60_000,
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
    /** Ends what is still running: a turn that listens to its signal. */
    async close() {
      await Promise.all(engines.map((engine) => engine.stop()))
      await inspected.close()
    },
  }
}

export const done = (taskId: string) => ({ paused: false as const, task: taskRecord(taskId, false) })

/** Only what the engine looks at. */
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

/** Polls a state that no event tells of; the test's own timeout ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}
