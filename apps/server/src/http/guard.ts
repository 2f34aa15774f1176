import { DatabaseUnavailableError, type Scope } from '@ingestion-server/core'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { allows, unnamedAdmin, type Principal } from '../auth/principal.ts'
import type { Tokens } from '../auth/tokens.ts'
import { isAllowedOrigin, type CorsOrigins } from './cors-origins.ts'
import { readActor } from './read-actor.ts'
import type { AppEnv } from './request-context.ts'
import {
  ForeignHostError,
  ForeignOriginError,
  InvalidRequestError,
  ScopeMissingError,
  UnauthorizedError,
} from './request-errors.ts'

const loopbackHost = String.raw`(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?`
const loopbackHostPattern = new RegExp(`^${loopbackHost}$`, 'i')
const loopbackOriginPattern = new RegExp(`^https?://${loopbackHost}$`, 'i')

/** Paths for probes and readers of the documentation, who have no token. Their content is public. */
const openPaths: ReadonlySet<string> = new Set(['/', '/livez', '/readyz', '/openapi.json', '/docs'])

interface GuardOptions {
  tokens: Tokens
  /** Whether programs on this machine may call without a token while no token is defined. */
  loopbackIsOpen: boolean
  /** Origins of web pages that may call, besides those of this machine. */
  corsOrigins?: CorsOrigins
}

/** Authenticates callers: see docs/how-to/authentication.md. */
export function guard({ tokens, loopbackIsOpen, corsOrigins = [] }: GuardOptions) {
  async function identify(c: Context<AppEnv>): Promise<Principal> {
    const isOpen = openPaths.has(c.req.path)
    if (loopbackIsOpen && (isOpen || !(await unlessAway(tokens.areDemanded())))) {
      requireLoopback(c, corsOrigins)
      return unnamedAdmin
    }
    return isOpen ? anonymous : await authenticate(c, tokens)
  }

  async function mayStill(c: Context<AppEnv>, scope: Scope): Promise<boolean> {
    try {
      return allows(await identify(c), scope)
    } catch (error) {
      // While tokens can't be looked up, the caller is not known to be unauthorized.
      return error instanceof DatabaseUnavailableError
    }
  }

  return createMiddleware<AppEnv>(async (c, next) => {
    // Node accepts hosts that no URL can have, such as 127.999.1.1.
    if (!URL.canParse(c.req.url))
      throw new InvalidRequestError([{ pointer: '/header/Host', detail: 'is not a valid host' }])
    const principal = await identify(c)
    const actor = readActor(c)
    if (actor !== null && !allows(principal, 'delegate')) throw new ScopeMissingError('delegate')
    c.set('principal', principal)
    c.set('mayStill', (scope) => mayStill(c, scope))
    c.set('requestedBy', actor ?? principal.name)
    await next()
  })
}

const anonymous: Principal = { id: null, name: null, scopes: new Set() }

/** @throws ScopeMissingError */
export function requireScope(c: Context<AppEnv>, scope: Scope): void {
  if (!allows(c.var.principal, scope)) throw new ScopeMissingError(scope)
}

/**
 * Without tokens the threat is a web page in a browser on this machine. It sends its own name as `Host` when that
 * name resolves to 127.0.0.1 (DNS rebinding), and its `Origin` with every request that could change something.
 * `null` is the origin of a sandboxed frame, so it is foreign.
 */
function requireLoopback(c: Context, corsOrigins: CorsOrigins): void {
  const hosts = [new URL(c.req.url).host, c.req.header('Host')]
  if (!hosts.every((host) => host === undefined || loopbackHostPattern.test(host)))
    throw new ForeignHostError()
  const origin = c.req.header('Origin')
  if (origin === undefined || isAllowedOrigin(corsOrigins, origin)) return
  if (!loopbackOriginPattern.test(origin)) throw new ForeignOriginError()
}

/** The reason goes to the log only: the caller is not authenticated yet, and the reason names the database. */
async function unlessAway<Result>(looking: Promise<Result>): Promise<Result> {
  try {
    return await looking
  } catch (cause) {
    throw new DatabaseUnavailableError("tokens can't be looked up now; see the log for the reason", { cause })
  }
}

async function authenticate(c: Context, tokens: Tokens): Promise<Principal> {
  const secret = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1]
  const principal = secret === undefined ? null : await unlessAway(tokens.authenticate(secret))
  if (principal === null) throw new UnauthorizedError()
  return principal
}
