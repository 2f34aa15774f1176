import { findPhaseRole, type IndexList, type TaskStore } from '@ingestion-server/core'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Logger } from './log.ts'
import { toTask } from '../resources/task-resource.ts'

/** Maximum number of active tasks with metrics of their own. */
const maxActiveTasks = 500
/** A scraper gives up after some seconds; sources that don't respond in this time are left out. */
const sourceTimeoutMs = 3_000

export interface StoreSources {
  store: Pick<TaskStore, 'statistics' | 'list'>
  listIndices(): Promise<IndexList>
  /** Whether this process, of all that share the store, exports these metrics now. Absent: it always does. */
  lead?(): Promise<boolean>
  log: Logger
  now(): number
}

/**
 * Metrics that are read for each scrape, and would be the same in every process that shares the store. So one
 * process exports them at a time, and `sum` over all processes counts everything once.
 *
 * @returns a function that reads them
 */
export function registerStoreMetrics(registry: Registry, sources: StoreSources): () => Promise<void> {
  const gauges = createGauges(registry)
  const read = createReader(gauges.sourceUp, sources.log)

  async function readStatistics(): Promise<void> {
    const statistics = await read('tasks', () => sources.store.statistics())
    gauges.clearStatistics()
    if (statistics === null) return
    gauges.oldestQueued.set(statistics.oldestQueuedSeconds ?? 0)
    for (const { action, status, tasks, counts, catchUp } of statistics.totals) {
      gauges.tasks.set({ action, status }, tasks)
      const add = (outcome: string, count: number) => gauges.documents.inc({ action, outcome }, count)
      add('indexed', counts.indexed)
      add('dropped_deleted', counts.dropped.deleted)
      add('dropped_removed_from_source', counts.dropped.removed_from_source)
      add('dropped_sensitive', counts.dropped.sensitive ?? 0)
      add('failed', counts.failed)
      add('catch_up_indexed', catchUp.indexed)
      add('catch_up_deleted', catchUp.deleted)
      add('catch_up_failed', catchUp.failed)
    }
  }

  async function readActiveTasks(): Promise<void> {
    const query = { active: true, pageSize: maxActiveTasks }
    const page = await read('active_tasks', () => sources.store.list(query))
    gauges.clearActive()
    const now = new Date(sources.now())
    for (const record of page?.tasks ?? []) {
      const { model, action, phase, waiting } = record
      gauges.active.inc({ model, action, phase })
      if (findPhaseRole(action, phase) === 'load')
        gauges.rate.inc({ model, action, phase }, toTask(record, now).rate ?? 0)
      if (waiting !== null) gauges.waiting.inc({ service: waiting.for })
    }
  }

  async function readLag(): Promise<void> {
    const list = await read('opensearch', sources.listIndices)
    gauges.clearLag()
    for (const { model, aliases, indices } of list?.models ?? []) {
      for (const { alias, indices: behind } of aliases) {
        const moments = indices.filter(({ name }) => behind.includes(name)).map(({ as_of }) => as_of)
        const seconds = ageOfOldest(moments, sources.now())
        if (seconds !== null) gauges.lag.set({ model, alias }, seconds)
      }
    }
  }

  return async () => {
    const leads = await read('tasks', sources.lead ?? (async () => true))
    gauges.leader.set(leads === true ? 1 : 0)
    if (leads === true) {
      await Promise.all([readStatistics(), readActiveTasks(), readLag()])
      return
    }
    gauges.clearStatistics()
    gauges.clearActive()
    gauges.clearLag()
    // Not read any more, so their last state says nothing.
    for (const source of ['active_tasks', 'opensearch']) gauges.sourceUp.remove(source)
  }
}

function createGauges(registry: Registry) {
  const registers = [registry]
  const gauges = {
    sourceUp: new Gauge({
      name: 'ingestion_source_up',
      help: 'Whether a source of these metrics responded; without it, its metrics are omitted.',
      labelNames: ['source'],
      registers,
    }),
    leader: new Gauge({
      name: 'ingestion_metrics_leader',
      help: 'Whether this process exports the metrics that are the same in all processes.',
      registers,
    }),
    tasks: new Gauge({
      name: 'ingestion_tasks',
      help: 'Tasks by action and status, including tasks removed by retention.',
      labelNames: ['action', 'status'],
      registers,
    }),
    oldestQueued: new Gauge({
      name: 'ingestion_oldest_queued_task_seconds',
      help: 'Age of the oldest queued task; 0 if none is queued.',
      registers,
    }),
    documents: new Counter({
      name: 'ingestion_documents_total',
      help: 'Rows of all tasks by outcome; those of the catch-up are counted separately.',
      labelNames: ['action', 'outcome'],
      registers,
    }),
    active: new Gauge({
      name: 'ingestion_active_tasks',
      help: 'Running and queued tasks by phase.',
      labelNames: ['model', 'action', 'phase'],
      registers,
    }),
    rate: new Gauge({
      name: 'ingestion_documents_per_second',
      help: 'Rows per second of the loading tasks, averaged over the load so far.',
      labelNames: ['model', 'action', 'phase'],
      registers,
    }),
    waiting: new Gauge({
      name: 'ingestion_waiting_tasks',
      help: 'Tasks that wait for an unavailable service.',
      labelNames: ['service'],
      registers,
    }),
    lag: new Gauge({
      name: 'ingestion_alias_lag_seconds',
      help: 'Age of the database state that the alias serves.',
      labelNames: ['model', 'alias'],
      registers,
    }),
  }
  return {
    ...gauges,
    clearStatistics() {
      gauges.tasks.reset()
      gauges.documents.reset()
      // Without labels a reset would leave a 0, which means that no task is queued.
      gauges.oldestQueued.remove()
    },
    clearActive() {
      gauges.active.reset()
      gauges.rate.reset()
      gauges.waiting.reset()
    },
    clearLag() {
      gauges.lag.reset()
    },
  }
}

/** Reads a source for one scrape: an unavailable source must not fail the others. */
function createReader(up: Gauge<'source'>, log: Logger) {
  const down = new Set<string>()
  return async <Value>(source: string, fetchValue: () => Promise<Value>): Promise<Value | null> => {
    try {
      const value = await withTimeout(fetchValue())
      up.set({ source }, 1)
      down.delete(source)
      return value
    } catch (error) {
      up.set({ source }, 0)
      // Once, not at every scrape.
      if (!down.has(source)) log.warn("metrics can't be read", { source, error })
      down.add(source)
      return null
    }
  }
}

async function withTimeout<Value>(fetching: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no response within ${sourceTimeoutMs} ms`)), sourceTimeoutMs)
  })
  try {
    return await Promise.race([fetching, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** Of several indices behind an alias the oldest counts: a search may see its content. */
function ageOfOldest(moments: readonly (string | null)[], now: number): number | null {
  const known = moments.filter((moment) => moment !== null).map((moment) => Date.parse(moment))
  return known.length === 0 ? null : Math.max(0, (now - Math.min(...known)) / 1_000)
}
