import { createActions, type Actions } from './actions.ts'
import { checkCount, checkDuration } from './check-number.ts'
import { checkHeader, createTransport, systemClock, type Clock, type Fetch } from './http/index.ts'
import { createIndices, type Indices } from './indices.ts'
import { createModels, type Models } from './models.ts'
import { createTasks, type Tasks } from './tasks/index.ts'
import { createTokens, type Tokens } from './tokens.ts'

export interface ClientOptions {
  /** URL of the server, such as `http://localhost:8001`; may have a path, with or without a trailing slash. */
  baseUrl: string | URL
  /** Secret of an API token, `ing_…`, sent as a bearer token. Not needed while the server accepts calls without one. */
  token?: string | undefined
  /** The user on whose behalf the token acts; it needs the scope `delegate`. */
  actor?: string | undefined
  /** Replaces the runtime's `fetch`. */
  fetch?: Fetch | undefined
  /** How often a failed request is sent again, if that is safe. Default 3. */
  retries?: number | undefined
  /** A request is not sent again if Retry-After is longer: the call fails at once. Default 60 s. */
  maxRetryAfterMs?: number | undefined
  /** Timeout of one request, and maximum silence of an event stream. Default 30 s. */
  requestTimeoutMs?: number | undefined
  /** For tests. */
  clock?: Clock | undefined
  /** For tests: 0 to 1, for the jitter of retries. */
  random?: (() => number) | undefined
}

/** Client of an ingestion server. */
export interface Client extends Actions {
  readonly tasks: Tasks
  readonly indices: Indices
  readonly models: Models
  readonly tokens: Tokens
}

/**
 * Creates a client of an ingestion server. Sends no request.
 *
 * @throws TypeError when an option can't be used
 * @example
 * import { createClient, isCode } from '@ingestion-server/sdk'
 *
 * const client = createClient({ baseUrl: 'http://localhost:8001' })
 * try {
 *   const task = await client.reindex({ model: 'image', indexSuffix: '20231106' })
 *   await task.wait({ onProgress: ({ phase, progress }) => console.log(`${phase}: ${progress}%`) })
 *   await (await client.pointAlias({ model: 'image', indexSuffix: '20231106', alias: 'image' })).wait()
 * } catch (error) {
 *   if (!isCode(error, 'index_exists')) throw error
 * }
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport({
    baseUrl: parseBaseUrl(options.baseUrl),
    // Looked up at each call, and called without `this`, as browsers require.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    token: checkHeader('token', options.token),
    actor: options.actor,
    retries: checkCount('retries', options.retries ?? 3),
    maxRetryAfterMs: checkDuration('maxRetryAfterMs', options.maxRetryAfterMs ?? 60_000),
    requestTimeoutMs: checkDuration('requestTimeoutMs', options.requestTimeoutMs ?? 30_000),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  })

  return {
    ...createActions(transport),
    tasks: createTasks(transport),
    indices: createIndices(transport),
    models: createModels(transport),
    tokens: createTokens(transport),
  }
}

/** The messages omit the value, which may contain a password. */
function parseBaseUrl(value: string | URL): URL {
  if (!URL.canParse(String(value)))
    throw new TypeError('baseUrl must be a whole address, such as http://localhost:8001')
  const url = new URL(value)
  if (!/^https?:$/.test(url.protocol))
    throw new TypeError(`baseUrl must start with http: or https:, not ${url.protocol}`)
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl must not hold a user or password; use token')
  }
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  return new URL(path, url.origin)
}
