import { createMiddleware } from 'hono/factory'
import type { AppDeps } from './app-deps.ts'
import type { Logger } from './log.ts'

/** What every handler finds in `c.var`. */
export interface AppEnv {
  Variables: {
    requestId: string
    /** Adds `request_id` to each line. */
    log: Logger
  }
}

/** Nothing that could break a log line or a header passes; the length is that of most proxies' ids. */
const saneRequestId = /^[A-Za-z0-9._-]{1,128}$/

/** Gives the request its id (the caller's, if it is a sane one) and writes a line about it when it is answered. */
export function requestContext({ log, newRequestId, now }: Pick<AppDeps, 'log' | 'newRequestId' | 'now'>) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const startedAt = now().getTime()
    const sent = c.req.header('X-Request-Id')
    const requestId = sent !== undefined && saneRequestId.test(sent) ? sent : newRequestId()
    const requestLog = log.child({ request_id: requestId })
    c.set('requestId', requestId)
    c.set('log', requestLog)
    c.header('X-Request-Id', requestId)
    await next()

    const { method, path } = c.req
    // Probes and pollers ask all the time.
    const write = method === 'GET' && c.res.status < 400 ? requestLog.debug : requestLog.info
    write('request', { method, path, status: c.res.status, duration_ms: now().getTime() - startedAt })
  })
}
