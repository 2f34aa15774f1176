import { ConnectionError, IngestionError } from '../errors/index.ts'
import type { Clock } from './clock.ts'
import { describeCause, wasNeverSent } from './connection-failure.ts'
import { readResponse, unexpectedShape, type ApiResponse } from './read-response.ts'
import { readEventStream, type StreamMessage } from './read-event-stream.ts'
import { askedDelayMs, mayRetry, retryDelayMs } from './retry-policy.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Options of every call. */
export interface RequestOptions {
  signal?: AbortSignal | undefined
  /** The user on whose behalf the token acts, instead of the client's. */
  actor?: string | undefined
}

export interface TransportOptions {
  /** Ends with a slash. */
  baseUrl: URL
  fetch: Fetch
  token: string | undefined
  actor: string | undefined
  retries: number
  maxRetryAfterMs: number
  requestTimeoutMs: number
  clock: Clock
  random: () => number
}

interface ApiRequest extends RequestOptions {
  /** Default GET. */
  method?: 'POST' | 'PATCH' | 'DELETE'
  /** Relative to the base, without a leading slash. */
  path: string
  /** A parameter with several values is repeated. */
  query?: Record<string, QueryValue | readonly QueryValue[]>
  body?: Record<string, unknown>
  headers?: Record<string, string>
  /** Whether it is safe to arrive twice. Default: true for all but POST. */
  repeatable?: boolean
  /** Replaces the client's value. */
  retries?: number
  requestTimeoutMs?: number
}

type QueryValue = string | number | boolean | undefined

interface StreamRequest extends RequestOptions {
  path: string
  /** Id of the last received message; the stream begins after it. */
  lastEventId: number | undefined
}

/** Sends requests: the only place that handles URLs, headers, timeouts and retries. */
export interface Transport {
  readonly clock: Clock
  readonly random: () => number
  readonly requestTimeoutMs: number
  /** @throws IngestionApiError, InvalidResponseError, ConnectionError, or the signal's reason */
  send(request: ApiRequest): Promise<ApiResponse>
  /**
   * Opens an event stream once, and yields its messages until it ends. A stream that is silent for too long, without
   * even a heartbeat, counts as lost: a proxy may be buffering it.
   *
   * @throws as `send`; also InvalidResponseError when the response is not an event stream
   */
  stream(request: StreamRequest): AsyncGenerator<StreamMessage, void, undefined>
}

/** A server sends the first message immediately; after this time without one, a proxy is buffering it. */
const firstMessageMs = 5_000

export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, fetch, token, clock, random } = options
  const redact = (text: string) => (token === undefined ? text : text.replaceAll(token, '***'))

  function headersOf({ body, headers, actor = options.actor }: ApiRequest): Headers {
    const all = new Headers({ Accept: 'application/json, application/problem+json', ...headers })
    if (body !== undefined) all.set('Content-Type', 'application/json')
    if (token !== undefined) all.set('Authorization', `Bearer ${token}`)
    // In the server's encoding: non-ASCII characters are percent-encoded.
    if (actor !== undefined) all.set('Ingestion-Actor', actor.replace(/[^ -~]|%/gu, encodeURIComponent))
    return all
  }

  /** Prepares a request for one attempt, and how to report its errors. */
  function prepare(request: ApiRequest, limit: AbortSignal) {
    const { method = 'GET', signal, body } = request
    signal?.throwIfAborted()
    const url = urlOf(baseUrl, request)
    const what = `${method} ${url.origin}${url.pathname}`
    const init: RequestInit = {
      method,
      headers: headersOf(request),
      // A redirect would turn a POST into a GET and could send the token to another host.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      ...(body && { body: JSON.stringify(body) }),
    }
    return {
      open: () => fetch(url.href, init),
      read: (response: Response, text: string) =>
        readResponse(response, text, { what, now: clock.now(), redact }),
      /** @param limitMs the time limit of `limit` */
      toError(cause: unknown, limitMs: number): unknown {
        if (signal?.aborted) return signal.reason
        if (cause instanceof IngestionError) return cause
        const reason = limit.aborted ? `no response within ${limitMs} ms` : redact(describeCause(cause))
        const neverSent = wasNeverSent(cause)
        return new ConnectionError(`${what} failed: ${reason}`, { neverSent, cause })
      },
    }
  }

  async function sendOnce(request: ApiRequest): Promise<ApiResponse> {
    const { requestTimeoutMs = options.requestTimeoutMs } = request
    const { open, read, toError } = prepare(request, AbortSignal.timeout(requestTimeoutMs))
    let response: Response
    let text: string
    try {
      response = await open()
      text = await response.text()
    } catch (cause) {
      throw toError(cause, requestTimeoutMs)
    }
    return read(response, text)
  }

  async function send(request: ApiRequest): Promise<ApiResponse> {
    const { retries = options.retries, repeatable = request.method !== 'POST' } = request
    let mayHaveArrived = false
    for (let failures = 0; ; failures++) {
      try {
        return await sendOnce(request)
      } catch (error) {
        const asksTooLong = askedDelayMs(error) > options.maxRetryAfterMs
        const isLast = failures >= retries || !mayRetry(repeatable, error) || asksTooLong
        if (isLast) throw mayHaveArrived ? asMaybeSent(error) : error
        mayHaveArrived ||= !isNeverSent(error)
        await clock.sleep(retryDelayMs(error, failures, random), request.signal)
      }
    }
  }

  async function* stream({ lastEventId, ...request }: StreamRequest): ReturnType<Transport['stream']> {
    const silence = new AbortController()
    let limitMs = Math.min(firstMessageMs, options.requestTimeoutMs)
    /** Counts only the time of waiting for data, not the time that the reader spends on it. */
    async function inTime<Value>(work: () => Promise<Value>): Promise<Value> {
      const timer = setTimeout(() => silence.abort(), limitMs)
      try {
        return await work()
      } finally {
        clearTimeout(timer)
      }
    }
    async function* chunksOf(body: ReadableStream<Uint8Array>) {
      const reader = body.getReader()
      for (;;) {
        const { done, value } = await inTime(() => reader.read())
        if (done) return
        limitMs = options.requestTimeoutMs
        yield value
      }
    }

    const headers = {
      Accept: 'text/event-stream',
      ...(lastEventId !== undefined && { 'Last-Event-ID': String(lastEventId) }),
    }
    const { open, read, toError } = prepare({ ...request, headers }, silence.signal)
    try {
      const response = await inTime(open)
      const { body } = response
      if (response.ok && body && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
        yield* readEventStream(chunksOf(body))
      } else {
        const text = await inTime(() => response.text())
        throw unexpectedShape('event stream', read(response, text))
      }
    } catch (cause) {
      throw toError(cause, limitMs)
    } finally {
      // Closes the connection when the reader stops early.
      silence.abort()
    }
  }

  return { clock, random, requestTimeoutMs: options.requestTimeoutMs, send, stream }
}

function isNeverSent(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && error.neverSent
}

/** The same failure, after an earlier attempt that may have arrived. */
function asMaybeSent(error: unknown): unknown {
  if (!isNeverSent(error)) return error
  return new ConnectionError(`${error.message}; an earlier attempt may have arrived`, {
    neverSent: false,
    cause: error.cause,
  })
}

function urlOf(baseUrl: URL, { path, query = {} }: ApiRequest): URL {
  const url = new URL(path, baseUrl)
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) if (each !== undefined) url.searchParams.append(name, String(each))
  }
  return url
}
