import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'
import { MetricsUnavailableError } from '../request-errors.ts'

export function metricsRoutes({ metrics }: Pick<AppDeps, 'metrics'>) {
  const routes = new Hono<AppEnv>()

  const getMetrics = operation({
    id: 'getMetrics',
    tag: 'Service',
    summary: 'Get metrics for Prometheus',
    scope: 'read',
    responses: {
      200: { description: 'Metrics in the Prometheus text format.', content: { 'text/plain': null } },
    },
    problems: [501],
  })
  routes.get('/metrics', getMetrics, async (c) => {
    if (metrics === null) throw new MetricsUnavailableError()
    const { contentType, text } = await metrics.render()
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' })
  })

  return routes
}
