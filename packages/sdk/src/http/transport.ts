import { ConnectionError } from '../errors/index.ts'
import type { Clock } from './clock.ts'
import { describeCause, wasNeverSent } from './connection-failure.ts'
import { readAnswer, type Answer } from './read-answer.ts'
import { asksTooLong, mayRetry, retryDelayMs, type Method } from './retry-policy.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface TransportOptions {
  /** Ends in a slash. */
  baseUrl: URL
  fetch: Fetch
  token: string | undefined
  actor: string | undefined
  retries: number
  requestTimeoutMs: number
  clock: Clock
  random: () => number
}

interface ApiRequest {
  method: Method
  /** Below the base, without a slash at its start. */
  path: string
  query?: Record<string, string | number | undefined>
  body?: Record<string, unknown>
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Instead of those of the client. */
  retries?: number
  requestTimeoutMs?: number
}

/** Sends requests: the one place that knows addresses, headers, time-outs and retries. */
export interface Transport {
  readonly clock: Clock
  readonly random: () => number
  readonly requestTimeoutMs: number
  /** @throws IngestionApiError, InvalidResponseError, ConnectionError, or the signal's reason */
  send(request: ApiRequest): Promise<Answer>
}

export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, fetch, token, actor, clock, random } = options
  const redact = (text: string) => (token === undefined ? text : text.replaceAll(token, '***'))

  function headersOf({ body, headers }: ApiRequest): Headers {
    const all = new Headers({ Accept: 'application/json, application/problem+json', ...headers })
    if (body !== undefined) all.set('Content-Type', 'application/json')
    if (token !== undefined) all.set('Authorization', `Bearer ${token}`)
    if (actor !== undefined) all.set('Ingestion-Actor', actor)
    return all
  }

  async function sendOnce(request: ApiRequest): Promise<Answer> {
    const { method, signal, requestTimeoutMs = options.requestTimeoutMs } = request
    signal?.throwIfAborted()
    const url = urlOf(baseUrl, request)
    const what = `${method} ${url.origin}${url.pathname}`
    const timeout = AbortSignal.timeout(requestTimeoutMs)
    const init: RequestInit = {
      method,
      headers: headersOf(request),
      // A redirect would turn a POST into a GET and could carry the token to where it doesn't belong.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(request.body && { body: JSON.stringify(request.body) }),
    }

    let response: Response
    let text: string
    try {
      response = await fetch(url.href, init)
      text = await response.text()
    } catch (cause) {
      signal?.throwIfAborted()
      const reason = timeout.aborted
        ? `no answer within ${requestTimeoutMs} ms`
        : redact(describeCause(cause))
      throw new ConnectionError(`${what} failed: ${reason}`, { neverSent: wasNeverSent(cause), cause })
    }
    return readAnswer(response, text, { what, now: clock.now(), redact })
  }

  return {
    clock,
    random,
    requestTimeoutMs: options.requestTimeoutMs,
    async send(request) {
      const { retries = options.retries } = request
      for (let failures = 0; ; failures++) {
        try {
          return await sendOnce(request)
        } catch (error) {
          if (failures >= retries || !mayRetry(request.method, error) || asksTooLong(error)) throw error
          await clock.sleep(retryDelayMs(error, failures, random), request.signal)
        }
      }
    },
  }
}

function urlOf(baseUrl: URL, { path, query = {} }: ApiRequest): URL {
  const url = new URL(path, baseUrl)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}
