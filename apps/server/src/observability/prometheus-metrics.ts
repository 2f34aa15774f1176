import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Observer } from './observer.ts'
import type { RequestObserver } from './request-observer.ts'
import { registerStoreMetrics, type StoreSources } from './store-metrics.ts'

/** From a cached response to a long poll. */
const requestBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]
/** A bulk body of some MiB takes tenths of a second; a cluster in trouble takes minutes. */
const bulkBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
/** An item takes seconds to minutes. */
const stepBuckets = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900]

export interface PrometheusMetrics extends Metrics {
  /** All metrics, including those of Node. */
  registry: Registry
  /** For the task context: observes the work in this process. */
  observer: Observer
  requests: RequestObserver
}

/** Metrics by prom-client, for Node: those of this process, and those that the stores hold for all processes. */
export function createPrometheusMetrics(sources: StoreSources & { log: Logger }): PrometheusMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const readStores = registerStoreMetrics(registry, sources)
  const registers = [registry]

  const requests = new Histogram({
    name: 'ingestion_http_request_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers,
  })
  const bulks = new Histogram({
    name: 'ingestion_bulk_request_seconds',
    help: 'Duration of bulk requests to OpenSearch, by response status.',
    labelNames: ['status'],
    buckets: bulkBuckets,
    registers,
  })
  const bulkDocuments = new Counter({
    name: 'ingestion_bulk_documents_total',
    help: 'Operations of bulk requests by outcome: succeeded, refused permanently, or rejected and retried.',
    labelNames: ['outcome'],
    registers,
  })
  const steps = new Histogram({
    name: 'ingestion_step_seconds',
    help: 'Duration of the steps of tasks in this process: a work item, or planning the next phase.',
    labelNames: ['action', 'phase', 'step', 'outcome'],
    buckets: stepBuckets,
    registers,
  })

  return {
    registry,
    async render() {
      await readStores()
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
    async requests({ method }, run) {
      const end = requests.startTimer({ method: knownMethods.has(method) ? method : 'other' })
      const { status, route } = await run()
      end({ route, status: String(status) })
    },
    observer: {
      onBulk({ seconds, status, succeeded, refused, rejected }) {
        bulks.observe({ status: String(status) }, seconds)
        bulkDocuments.inc({ outcome: 'succeeded' }, succeeded)
        bulkDocuments.inc({ outcome: 'refused' }, refused)
        bulkDocuments.inc({ outcome: 'rejected' }, rejected)
      },
      async onStep({ action, phase, kind }, run) {
        const end = steps.startTimer({ action, phase, step: kind })
        try {
          const result = await run()
          end({ outcome: 'done' })
          return result
        } catch (error) {
          end({ outcome: 'failed' })
          throw error
        }
      },
    },
  }
}

/** Callers may send arbitrary methods, and each would be a separate series. */
const knownMethods: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PATCH',
  'DELETE',
  'PUT',
  'OPTIONS',
])
