import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { listen } from '@ingestion-server/local-services/listen'

/** A received request; no part of it has been forwarded. */
export interface HttpCall {
  method: string
  /** Path and query. */
  path: string
  headers: IncomingMessage['headers']
  body: Buffer
  /** Forwards it to OpenSearch, with another body if one is given. May be called repeatedly. */
  send(body?: Buffer): Promise<HttpResponse>
}

export interface HttpResponse {
  status: number
  headers: IncomingMessage['headers']
  body: Buffer
}

/**
 * The outcome of a request: the response that the client receives, all of it or so many bytes before the connection is
 * reset; null: the connection is reset without a response. A response with nothing to change is forwarded unchanged,
 * and does not count.
 */
type HttpOutcome = { response: HttpResponse; cutAfter?: number; isUntouched?: boolean } | null

export interface HttpFault {
  /** The affected requests. */
  concerns(call: HttpCall): boolean
  /** Handles one of them; undefined: no effect, and it was not forwarded yet. */
  treat(call: HttpCall): Promise<HttpOutcome | undefined>
  /** Number of those requests that are forwarded first. */
  skip: number
  /** Maximum number of affected requests. */
  times: number
}

export interface HttpFaultProxy {
  url: string
  /** Concurrent faults are tried in the order in which they began. @returns a function that ends it */
  begin(fault: HttpFault): { end(): void; effects(): number; usedUp: Promise<void> }
  /** Number of requests of tasks so far: probes and lists send GET and HEAD. */
  calls(): number
  /** Resolves when so many requests were received. */
  reached(calls: number, signal: AbortSignal): Promise<void>
  /** Resolves when no request is in flight any more, including those whose client has gone. */
  idle(): Promise<void>
  redirect(target: string): void
  stop(): Promise<void>
}

/** A proxy on loopback in front of OpenSearch that parses requests and responses. @param delayMs of each request */
export async function startHttpFaultProxy(target: string, delayMs: () => number): Promise<HttpFaultProxy> {
  let origin = new URL(target)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const faults = new Set<HttpFault & { left: number; effects: number; onUsedUp(): void }>()
  const onCall = new Set<() => void>()
  const underWay = new Set<Promise<void>>()
  let calls = 0

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readAll(incoming)
    if (isWork(incoming)) {
      calls++
      for (const notify of onCall) notify()
    }
    await delay(delayMs())
    const call: HttpCall = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.headers,
      body,
      send: (changed = body) => forward(origin, agent, incoming, changed),
    }
    const outcome = await treat(call)
    reply(outgoing, outcome)
  }

  async function treat(call: HttpCall): Promise<HttpOutcome> {
    for (const fault of faults) {
      if (fault.left === 0 || !fault.concerns(call)) continue
      if (fault.skip > 0) {
        fault.skip--
        continue
      }
      fault.left--
      const outcome = await fault.treat(call)
      if (outcome === undefined || outcome?.isUntouched) fault.left++
      else if (++fault.effects === fault.times) fault.onUsedUp()
      if (outcome !== undefined) return outcome
    }
    return { response: await call.send() }
  }

  const server = createServer((incoming, outgoing) => {
    const handled = handle(incoming, outgoing).catch(() => void outgoing.destroy())
    underWay.add(handled)
    void handled.finally(() => underWay.delete(handled))
  })
  // Clients close idle connections.
  server.keepAliveTimeout = 60_000
  const { url, close } = await listen(server)

  return {
    url,
    begin(fault) {
      const { promise: usedUp, resolve: onUsedUp } = Promise.withResolvers<void>()
      const entry = { ...fault, left: fault.times, effects: 0, onUsedUp }
      faults.add(entry)
      return { end: () => void faults.delete(entry), effects: () => entry.effects, usedUp }
    },
    calls: () => calls,
    reached(wanted, signal) {
      return new Promise((resolve) => {
        const look = () => {
          if (calls < wanted && !signal.aborted) return
          onCall.delete(look)
          signal.removeEventListener('abort', look)
          resolve()
        }
        onCall.add(look)
        signal.addEventListener('abort', look)
        look()
      })
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    redirect: (next) => void (origin = new URL(next)),
    async stop() {
      await close()
      agent.destroy()
    },
  }
}

const isWork = ({ method }: IncomingMessage) => method !== 'GET' && method !== 'HEAD'

function reply(outgoing: ServerResponse, outcome: HttpOutcome): void {
  if (outcome === null) return void outgoing.socket?.resetAndDestroy()
  const { response, cutAfter } = outcome
  const headers = { ...response.headers }
  // Headers of the connection to OpenSearch, not of this one.
  delete headers['transfer-encoding']
  delete headers.connection
  const isHead = outgoing.req.method === 'HEAD'
  outgoing.writeHead(response.status, {
    ...headers,
    ...(!isHead && { 'content-length': String(response.body.length) }),
  })
  if (cutAfter === undefined || isHead) return void outgoing.end(isHead ? undefined : response.body)
  outgoing.write(response.body.subarray(0, cutAfter), () => outgoing.socket?.resetAndDestroy())
}

async function forward(
  origin: URL,
  agent: Agent,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<HttpResponse> {
  const outgoing = request({
    agent,
    hostname: origin.hostname,
    port: origin.port,
    method: incoming.method,
    path: incoming.url,
    headers: { ...incoming.headers, host: origin.host, 'content-length': String(body.length) },
  })
  outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 502, headers: response.headers, body: await readAll(response) }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer) // no encoding is set
  return Buffer.concat(chunks)
}
