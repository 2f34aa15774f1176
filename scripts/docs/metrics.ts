import { createPrometheusMetrics } from '../../apps/server/src/observability/prometheus-metrics.ts'
import { createJsonLogger } from '../../apps/server/src/observability/log.ts'
import { createMemoryTaskStore } from '@ingestion-server/core/testing/memory-task-store.ts'
import { code, toTable } from './markdown.ts'

/** The metrics of the server's registry, without the default ones of prom-client. */
export function describeMetrics(): Record<string, string> {
  const { registry } = createPrometheusMetrics({
    store: createMemoryTaskStore(),
    listIndices: async () => ({ models: [] }),
    log: createJsonLogger({ level: 'silent', write: () => undefined, now: () => new Date() }),
    now: Date.now,
  })
  // Its metrics are in the order of their registration. The type of the package lacks the labels.
  const metrics = registry.getMetricsAsArray() as unknown as readonly Metric[]
  const rows = metrics
    .filter(({ name }) => name.startsWith('ingestion_'))
    .map(({ name, type, labelNames, help }) => [code(name), type, labelNames.map(code).join(', '), help])
  return { metrics: toTable(['metric', 'type', 'labels', 'meaning'], rows) }
}

interface Metric {
  name: string
  type: string
  labelNames: readonly string[]
  help: string
}
