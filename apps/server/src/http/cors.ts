import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { isAllowedOrigin, type CorsOrigins } from './cors-origins.ts'
import type { AppEnv } from './request-context.ts'

/** Request headers of the SDK and of traced programs. */
const allowHeaders = [
  'Accept',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'Ingestion-Actor',
  'Last-Event-ID',
  'Prefer',
  'X-Request-Id',
  'traceparent',
  'tracestate',
]
/** Response headers that a page may read. */
const exposeHeaders = [
  'Allow',
  'Location',
  'Preference-Applied',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
]
/** How long a browser caches the response to a preflight request, in seconds. */
const maxAge = 600

/**
 * Lets web pages of listed origins call the server (Fetch standard, "CORS protocol"). Others get no CORS
 * headers. No cookies are taken: a page sends its token itself.
 */
export function allowOrigins(origins: CorsOrigins): MiddlewareHandler<AppEnv> {
  const allowMethods = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']
  const origin = origins === '*' ? '*' : [...origins]
  const addHeaders = cors({ origin, allowMethods, allowHeaders, exposeHeaders, maxAge })
  return createMiddleware<AppEnv>(async (c, next) => {
    // A cache must not serve the response for one origin to another.
    if (origins.length > 0) c.header('Vary', 'Origin', { append: true })
    if (!isAllowedOrigin(origins, c.req.header('Origin'))) return await next()
    return await addHeaders(c, next)
  })
}
