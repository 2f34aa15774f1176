import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** The server's reaction to a request: a response, or a connection failure. */
export type Step =
  | { status?: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | StreamStep
  /** Closes the connection without an answer. */
  | 'reset'
  /** Promises a longer body than it sends. */
  | 'cut'
  /** Never answers. */
  | 'hang'

/**
 * An event stream in pieces, and what follows the last one: its end, a connection that closes before that (without
 * a reset, which would discard unread data), or nothing more.
 */
interface StreamStep {
  stream: readonly (string | Uint8Array)[]
  then: 'end' | 'cut' | 'silence'
}

interface ReceivedRequest {
  method: string
  /** Path and query. */
  url: string
  headers: IncomingMessage['headers']
  body: unknown
}

/**
 * Like the real server. Without it Chromium now and then repeats a request by itself, if one for the same
 * path, whose response it had begun to cache, was aborted shortly before.
 */
const uncached = { 'cache-control': 'no-store' }

/** A real HTTP server that plays back a script in order; an extra request gets status 599. */
export interface ScriptedServer {
  readonly url: string
  readonly requests: readonly ReceivedRequest[]
  /** Number of requests that are neither answered nor aborted by the client. */
  readonly pending: number
  play(...steps: readonly Step[]): void
  /** Refuses everything after `stop`, until `start`, on the same port. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** @param files responses beside the script, by path */
export async function startScriptedServer(
  files: Readonly<Record<string, { type: string; text: string }>> = {},
): Promise<ScriptedServer> {
  const steps: Step[] = []
  const requests: ReceivedRequest[] = []

  let pending = 0
  const server = createServer((request, response) => {
    const file = files[request.url ?? '']
    if (file) return void response.writeHead(200, { 'content-type': file.type }).end(file.text)
    pending++
    response.on('close', () => pending--)
    void receive(request).then((received) => {
      requests.push(received)
      act(steps.shift() ?? { status: 599, text: `nothing is scripted for ${request.url}` }, request, response)
    })
  })

  async function start(port = 0): Promise<number> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port // it listens on TCP
  }

  const port = await start()
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get pending() {
      return pending
    },
    play: (...more) => void steps.push(...more),
    async stop() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
    async start() {
      await start(port)
    },
  }
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const body = await text(request)
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    body: body === '' ? undefined : (JSON.parse(body) as unknown),
  }
}

function act(step: Step, request: IncomingMessage, response: ServerResponse): void {
  if (step === 'hang') return
  if (step === 'reset') return void request.socket.resetAndDestroy()
  if (step === 'cut') {
    response.writeHead(200, { 'content-length': '100' }).write('{"task_id"')
    return void setImmediate(() => request.socket.destroy())
  }
  if ('stream' in step) return void playStream(step, request, response)
  const { status = 200, headers, json, text = JSON.stringify(json) } = step
  const contentType = json === undefined ? 'text/html' : `application/${status < 400 ? '' : 'problem+'}json`
  response.writeHead(status, { ...uncached, 'content-type': contentType, ...headers }).end(text)
}

async function playStream({ stream, then }: StreamStep, request: IncomingMessage, response: ServerResponse) {
  const headers = { ...uncached, 'content-type': 'text/event-stream; charset=utf-8' }
  response.writeHead(200, headers).flushHeaders()
  for (const piece of stream) {
    // Each in its own packet, as far as the network allows.
    await new Promise<void>((resolve) => response.write(piece, () => setImmediate(resolve)))
  }
  // A client drops unread data when the connection breaks; one in this process reads in these turns.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  if (then === 'end') response.end()
  if (then === 'cut') request.socket.end()
}
