// Serves the built dashboard: `node build`. It stands in for the adapter's own entry, which takes every request for
// https unless a proxy says otherwise, and so refuses all forms on http://127.0.0.1.
import { createServer } from 'node:http'
import process from 'node:process'

const host = process.env.DASHBOARD_HOST || '127.0.0.1'
const port = readPort(process.env.DASHBOARD_PORT || '8002')
const stopTimeoutMs = 5_000

// A proxy that speaks https says so in this header, and gives the visitor's address in ADDRESS_HEADER.
process.env.PROTOCOL_HEADER ||= 'x-forwarded-proto'
const publicProtocol = process.env.DASHBOARD_URL ? new URL(process.env.DASHBOARD_URL).protocol : 'http:'

const server = createServer()
// Longer than the minute for which proxies keep a connection that nothing comes over: they never send into a closed one.
server.keepAliveTimeout = 65_000
await new Promise((resolve, reject) => {
  server.once('error', reject).listen({ host, port }, resolve)
}).catch((error) => leave(describeListenError(error)))

const address = `http://${host.includes(':') ? `[${host}]` : host}:${server.address().port}`
process.env.DASHBOARD_LISTENS_AT = address

// Beside this file once it is built.
const handlerModule = new URL('./handler.js', import.meta.url).href
// Reads the environment as soon as it is imported, and sets up the database before it is done.
const { handler } = await import(handlerModule).catch((error) => leave(describeStartError(error)))

server.on('request', (request, response) => {
  request.headers['x-forwarded-proto'] ??= publicProtocol.slice(0, -1)
  handler(request, response, () => response.writeHead(404).end())
})
process.stdout.write(`Listening on ${address}\n`)

process.on('uncaughtException', (error) => {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`${JSON.stringify({ level: 'error', error: text })}\n`)
  // The known fault of postgres.js 3.4, which concerns one connection: see the server's last-resort.ts.
  if (!/null \(reading '(write|removeListener|setKeepAlive)'\)/.test(text)) process.exit(1)
})

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    // Streams of open pages would keep it; their pages connect again by themselves.
    setTimeout(() => server.closeAllConnections(), 200).unref()
    setTimeout(() => process.exit(0), stopTimeoutMs).unref()
  })
}

function readPort(text) {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text)
  return leave(`DASHBOARD_PORT must be a port number, not ${text}`)
}

function describeListenError(error) {
  if (error.code === 'EADDRINUSE')
    return `port ${port} on ${host} is taken; stop the program that has it, or set DASHBOARD_PORT to another one`
  return `can't listen on ${host}:${port}: ${error.message}`
}

function describeStartError(error) {
  return `can't start: ${error.message}`
}

function leave(message) {
  process.stderr.write(`dashboard: ${message}\n`)
  process.exit(1)
}
