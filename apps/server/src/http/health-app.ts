import { Hono } from 'hono'
import type { AppDeps } from './app-deps.ts'
import { createTokens } from '../auth/tokens.ts'
import { guard } from './guard.ts'
import { onError } from './on-error.ts'
import { requestContext, type AppEnv } from './request-context.ts'
import { RouteNotFoundError } from './request-errors.ts'
import { healthRoutes } from './routes/health.ts'
import { metricsRoutes } from './routes/metrics.ts'

type HealthDeps = Pick<
  AppDeps,
  'access' | 'checks' | 'clock' | 'log' | 'metrics' | 'newRequestId' | 'observeRequest' | 'tokens'
>

/**
 * Health and metrics of a process that only works on tasks. Health is public, so it is open to all probes;
 * metrics need the same authentication as on the server.
 */
export function createHealthApp(deps: HealthDeps): Hono<AppEnv> {
  const { access } = deps
  const tokens = createTokens({
    store: deps.tokens,
    apiToken: access.kind === 'token' ? access.token : null,
    clock: deps.clock,
  })
  const app = new Hono<AppEnv>()
  app.onError(onError)
  app.notFound((c) => onError(new RouteNotFoundError(c.req.path), c))
  app.use(requestContext(deps))
  app.use('/metrics', guard({ tokens, loopbackIsOpen: access.kind === 'loopback' }))
  app.route('/', healthRoutes(deps, { livez: '/livez', readyz: '/readyz', metrics: '/metrics' }))
  app.route('/', metricsRoutes(deps))
  return app
}
