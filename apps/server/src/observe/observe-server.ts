import type { Action, Clock, IndexList, SearchClient, TaskStore } from '@ingestion-server/core'
import manifest from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from './metrics.ts'
import { observeActions } from './observe-actions.ts'
import { observeBulks } from './observe-bulks.ts'
import { combineObservers } from './observer.ts'
import { createPrometheusMetrics } from './prometheus-metrics.ts'
import { createStepLog } from './step-log.ts'
import { combineRequestObservers, type RequestObserver } from './request-observer.ts'

export interface ServerObservation {
  metrics: Metrics
  observeRequest: RequestObserver
  /** The same actions, looked at while they work. */
  actions: Action[]
  stop(): Promise<void>
}

export interface ObservationSources {
  actions: readonly Action[]
  search: SearchClient
  store: Pick<TaskStore, 'statistics' | 'list'>
  listIndices(): Promise<IndexList>
  clock: Clock
  log: Logger
}

/** Metrics always, and spans where a collector is named. OpenTelemetry is loaded only then: it is large. */
export async function observeServer(
  tracingConfig: Config['tracing'],
  { actions, search, clock, ...sources }: ObservationSources,
): Promise<ServerObservation> {
  const metrics = createPrometheusMetrics({ ...sources, now: clock.now })
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
    stop: async () => await tracing?.stop(),
  }
}
