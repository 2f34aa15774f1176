import { Hono } from 'hono'
import type { AppDeps } from '../app-deps.ts'
import { allow } from '../guard.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import type { AppEnv } from '../request-context.ts'
import { MetricsUnavailableError } from '../request-errors.ts'

export function metricsRoutes({ metrics }: Pick<AppDeps, 'metrics'>) {
  const routes = new Hono<AppEnv>()

  routes.get('/metrics', allow('read'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    if (metrics === null) throw new MetricsUnavailableError()
    const { contentType, text } = await metrics.render()
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' })
  })

  return routes
}
