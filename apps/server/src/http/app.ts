import { Hono } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import type { AppDeps } from './app-deps.ts'
import { createTokens } from '../auth/tokens.ts'
import { allowOrigins } from './cors.ts'
import { restrictFixedPaths } from './fixed-paths.ts'
import { guard } from './guard.ts'
import { limitBody } from './json-body.ts'
import { onError } from './on-error.ts'
import { listOperations } from './operation.ts'
import { requestContext, type AppEnv } from './request-context.ts'
import { MethodNotAllowedError, RouteNotFoundError } from './request-errors.ts'
import { createTaskChanges } from './routes/change-task.ts'
import { documentationRoutes } from './routes/documentation.ts'
import { failedDocumentRoutes } from './routes/failed-documents.ts'
import { healthRoutes } from './routes/health.ts'
import { indexDetailRoutes } from './routes/index-detail.ts'
import { indexRoutes } from './routes/indices.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { createScheduling } from './routes/schedule-task.ts'
import { taskControlRoutes } from './routes/task-control.ts'
import { taskDetailRoutes } from './routes/task-detail.ts'
import { taskEventRoutes } from './routes/task-events.ts'
import { createTaskLookup } from './routes/task-lookup.ts'
import { taskRoutes } from './routes/task.ts'
import { tokenRoutes } from './routes/token.ts'
import { createTaskFeeds } from './streams/task-feeds.ts'

export type { Access, AppDeps, HealthCheck, IndexCatalog, SubmitMeta } from './app-deps.ts'
export { createJsonLogger, type Logger } from '../observability/log.ts'

/** The links that `/` lists. */
const links = {
  tasks: '/task',
  indices: '/index',
  tokens: '/token',
  metrics: '/metrics',
  openapi: '/openapi.json',
  docs: '/docs',
  livez: '/livez',
  readyz: '/readyz',
}

/** The HTTP interface as a value with `fetch`. It opens no port, so it runs wherever there are Request and Response. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { access, clock, corsOrigins = [], log, store, stopping } = deps
  const tokens = createTokens({
    store: deps.tokens,
    apiToken: access.kind === 'token' ? access.token : null,
    clock,
  })
  const lookUp = createTaskLookup(store)
  const feeds = createTaskFeeds({ getTask: lookUp.byId, events: store.events, clock, log, stopping })
  const scheduling = createScheduling({ ...deps, feeds })
  const changes = createTaskChanges({ ...deps, lookUp })

  const app = new Hono<AppEnv>()
  app.onError(onError)
  // Returned, not thrown: `methodNotAllowed` checks only a returned 404.
  app.notFound((c) => onError(new RouteNotFoundError(c.req.path), c))
  app.use(requestContext(deps))
  // Before all checks: a preflight request has no token, and a page must be able to read why it was refused.
  app.use(allowOrigins(corsOrigins))
  app.use(restrictFixedPaths(app))
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        throw new MethodNotAllowedError(c.req.method, c.req.path, methods)
      },
    }),
  )
  app.use(guard({ tokens, loopbackIsOpen: access.kind === 'loopback', corsOrigins }))
  app.use(limitBody)
  // The OpenAPI document has them in this order.
  app.route('/task', taskRoutes({ ...deps, scheduling, lookUp, feeds }))
  app.route('/task', taskControlRoutes({ ...deps, lookUp, changes }))
  app.route('/task', taskEventRoutes({ ...deps, lookUp, feeds }))
  app.route('/task', taskDetailRoutes({ ...deps, lookUp }))
  app.route('/task', failedDocumentRoutes({ ...deps, lookUp, changes }))
  app.route('/', indexRoutes({ ...deps, scheduling }))
  app.route('/', indexDetailRoutes(deps))
  app.route('/token', tokenRoutes({ ...deps, tokens }))
  app.route('/', healthRoutes(deps, links))
  app.route('/', metricsRoutes(deps))
  app.route('/', documentationRoutes(deps, app))
  listOperations(app) // fails for a route that is not documented
  return app
}
