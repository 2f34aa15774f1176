import type { Caller, Scope } from '@ingestion-server/core'
import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import type { AppDeps } from './app-deps.ts'
import type { Principal } from '../auth/principal.ts'
import type { Logger } from '../observability/log.ts'

/** The variables of every handler in `c.var`. */
export interface AppEnv {
  Variables: {
    requestId: string
    /** Adds `request_id` to each line. */
    log: Logger
    /** The caller; on public paths, a principal without name and scopes. */
    principal: Principal
    /** Whether the caller is still authorized for the scope: a token can expire or be revoked. */
    mayStill: (scope: Scope) => Promise<boolean>
    /** On whose behalf the call is made: the token's name, or the actor that the caller names. */
    requestedBy: string | null
    /** The task that the request created or changed, once it is known. */
    taskId: string | undefined
  }
}

/** The caller, as the task store keeps it with the changes of the call. */
export function callerOf({ var: { requestedBy, requestId } }: Context<AppEnv>): Caller {
  return { requestedBy, requestId }
}

/** Excludes characters that could break a log line or a header; the length fits most proxies' ids. */
const saneRequestId = /^[A-Za-z0-9._-]{1,128}$/

/** Gives the request its id (the caller's, if it is valid) and logs a line when it is answered. */
export function requestContext(
  deps: Pick<AppDeps, 'log' | 'newRequestId' | 'clock' | 'observeRequest'>,
): MiddlewareHandler<AppEnv> {
  const { log, newRequestId, clock, observeRequest } = deps
  return createMiddleware<AppEnv>(async (c, next) => {
    const startedAt = clock.now()
    const sent = c.req.header('X-Request-Id')
    const requestId = sent !== undefined && saneRequestId.test(sent) ? sent : newRequestId()
    const requestLog = log.child({ request_id: requestId })
    c.set('requestId', requestId)
    c.set('log', requestLog)
    c.header('X-Request-Id', requestId)
    // Browsers must not treat a response as another type than declared.
    c.header('X-Content-Type-Options', 'nosniff')
    const { method, path } = c.req
    await observeRequest({ method, path, requestId, header: (name) => c.req.header(name) }, async () => {
      await next()
      return { status: c.res.status, route: matchedRoute(c), taskId: c.get('taskId') }
    })

    const { status } = c.res
    const taskId = c.get('taskId')
    // Probes and pollers call constantly.
    const write = method === 'GET' && status < 400 ? requestLog.debug : requestLog.info
    const fields = { method, path, status, duration_ms: clock.now() - startedAt }
    write('request', { ...fields, ...(taskId !== undefined && { task_id: taskId }) })
  })
}

/** The pattern of the route that answered: the last match, because those before are middleware. */
function matchedRoute(c: Context): string {
  const path = routePath(c, -1)
  return path.endsWith('*') ? 'none' : path
}
