import { createMiddleware } from 'hono/factory'
import { timingSafeEqual } from 'hono/utils/buffer'
import type { Access } from './app-deps.ts'
import { ForeignHostError, ForeignOriginError, UnauthorizedError } from './request-errors.ts'

const loopbackHost = String.raw`(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?`
const loopbackHostPattern = new RegExp(`^${loopbackHost}$`, 'i')
const loopbackOriginPattern = new RegExp(`^https?://${loopbackHost}$`, 'i')

/** Probes have no token, and what these say is no secret. */
const openPaths: ReadonlySet<string> = new Set(['/', '/livez', '/readyz'])

/** Lets only those in who may call: see "Who may call" in http-api.md. */
export function guard(access: Access) {
  return access.kind === 'token' ? requireToken(access.token) : requireLoopback()
}

/**
 * Without tokens a web page in a browser on this machine is the danger. It sends its own name as `Host` when that
 * name was made to resolve to 127.0.0.1, and its `Origin` with every request that could change something.
 * `null` is the origin of a sandboxed frame, so it is foreign.
 */
function requireLoopback() {
  return createMiddleware(async (c, next) => {
    const hosts = [new URL(c.req.url).host, c.req.header('Host')]
    if (!hosts.every((host) => host === undefined || loopbackHostPattern.test(host)))
      throw new ForeignHostError()
    const origin = c.req.header('Origin')
    if (origin !== undefined && !loopbackOriginPattern.test(origin)) throw new ForeignOriginError()
    await next()
  })
}

function requireToken(token: string) {
  return createMiddleware(async (c, next) => {
    if (!openPaths.has(c.req.path)) {
      const sent = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
      // Compares SHA-256 digests (WebCrypto), so the time says nothing about where the two differ.
      if (sent === undefined || !(await timingSafeEqual(sent, token))) throw new UnauthorizedError()
    }
    await next()
  })
}
