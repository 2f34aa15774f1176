import { Hono } from 'hono'
import type { AppDeps } from './app-deps.ts'
import { onError } from './on-error.ts'
import { requestContext, type AppEnv } from './request-context.ts'
import { RouteNotFoundError } from './request-errors.ts'
import { healthRoutes } from './routes/health.ts'

/** What a process that only works on tasks says of itself. No secret is in it, so it is open to all probes. */
export function createHealthApp(
  deps: Pick<AppDeps, 'checks' | 'log' | 'clock' | 'newRequestId' | 'observeRequest'>,
): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.onError(onError)
  app.notFound((c) => onError(new RouteNotFoundError(c.req.path), c))
  app.use(requestContext(deps))
  app.route('/', healthRoutes(deps))
  return app
}
