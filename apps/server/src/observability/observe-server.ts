import type { Action, Clock, IndexList, SearchClient, TaskStore } from '@ingestion-server/core'
import manifest from '../../package.json' with { type: 'json' }
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import { createMetricsLeader } from './metrics-leader.ts'
import { observeActions } from './observe-actions.ts'
import { observeBulks } from './observe-bulks.ts'
import { combineObservers } from './observer.ts'
import { createPrometheusMetrics } from './prometheus-metrics.ts'
import { createStepLog } from './step-log.ts'
import { combineRequestObservers, type RequestObserver } from './request-observer.ts'
import type { TracingOptions } from './tracing.ts'

export interface ServerObservation {
  metrics: Metrics
  observeRequest: RequestObserver
  /** The same actions, with observers. */
  actions: Action[]
  stop(): Promise<void>
}

export interface ObservationSources {
  actions: readonly Action[]
  search: SearchClient
  store: Pick<TaskStore, 'statistics' | 'list' | 'lead' | 'resign'>
  /** Name of this process among those that share the store. */
  process: string
  listIndices(): Promise<IndexList>
  clock: Clock
  log: Logger
}

/** Metrics always; spans only where a collector is configured. OpenTelemetry is loaded only then: it is large. */
export async function observeServer(
  tracingConfig: Omit<TracingOptions, 'version'> | null,
  { actions, search, clock, process, ...sources }: ObservationSources,
): Promise<ServerObservation> {
  const leader = createMetricsLeader(sources.store, process, clock)
  const metrics = createPrometheusMetrics({ ...sources, lead: leader.lead, now: clock.now })
  const tracing =
    tracingConfig === null
      ? null
      : (await import('./tracing.ts')).startTracing({ ...tracingConfig, version: manifest.version })
  const observer = combineObservers([
    metrics.observer,
    createStepLog(sources.log, clock),
    ...(tracing === null ? [] : [tracing.observer]),
  ])
  observeBulks(search, observer.onBulk)
  return {
    metrics,
    observeRequest: combineRequestObservers([
      metrics.requests,
      ...(tracing === null ? [] : [tracing.requests]),
    ]),
    actions: observeActions(actions, observer),
    async stop() {
      // If the database is unavailable, the other processes wait for a minute.
      await Promise.allSettled([leader.resign(), tracing?.stop()])
    },
  }
}
