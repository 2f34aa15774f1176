import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { AppDeps } from './app-deps.ts'
import { guard } from './guard.ts'
import { onError } from './on-error.ts'
import { requestContext, type AppEnv } from './request-context.ts'
import { MethodNotAllowedError, RouteNotFoundError } from './request-errors.ts'
import { healthRoutes } from './routes/health.ts'
import { taskRoutes } from './routes/task.ts'

export type { Access, AppDeps, HealthCheck, SubmitMeta } from './app-deps.ts'
export { createJsonLogger, type Logger } from './log.ts'

/** The HTTP interface as a value with `fetch`; it listens nowhere, so it runs wherever there are Request and Response. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.onError(onError)
  // Answered, not thrown: `methodNotAllowed` looks at an answered 404 only.
  app.notFound((c) => onError(new RouteNotFoundError(c.req.path), c))
  app.use(requestContext(deps))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        throw new MethodNotAllowedError(c.req.method, c.req.path, methods)
      },
    }),
  )
  app.use(guard(deps.access))
  app.route('/', healthRoutes(deps))
  app.route('/task', taskRoutes(deps))
  return app
}
