#!/usr/bin/env node
// Serves the built dashboard: `node build`. It replaces the adapter's own entry, which treats every request as
// https unless a proxy header says otherwise, and so refuses all forms on http://127.0.0.1.
import { createServer } from 'node:http'
import process from 'node:process'
import { clientAddress } from './host/client-address.js'
import { compress } from './host/compress.js'
import { describeForeignOrigin, parseDashboardUrl, publicOrigin } from './host/public-origin.js'
import { logWarning, openOutput } from './host/output.js'
import variables from './host/variables.json' with { type: 'json' }
import { trimEnvironment } from './host/trim-environment.js'

openOutput()
trimEnvironment(process.env)
readArguments()

const host = process.env.DASHBOARD_HOST || variables.DASHBOARD_HOST.default
const port = readPort(process.env.DASHBOARD_PORT || variables.DASHBOARD_PORT.default)
const stopTimeoutMs = 5_000

const dashboardUrl = readDashboardUrl()
const addressOptions = {
  header: (process.env.ADDRESS_HEADER ?? variables.ADDRESS_HEADER.default).toLowerCase(),
  depth: readDepth(process.env.XFF_DEPTH || variables.XFF_DEPTH.default),
}

// The adapter reads these headers. They are set only here; a visitor's values are overwritten.
const headerNames = {
  protocol: 'x-dashboard-protocol',
  host: 'x-dashboard-host',
  address: 'x-dashboard-address',
}
process.env.PROTOCOL_HEADER = headerNames.protocol
process.env.HOST_HEADER = headerNames.host
process.env.ADDRESS_HEADER = headerNames.address
delete process.env.PORT_HEADER

const { promise: started, resolve: setHandler } = Promise.withResolvers()
// It listens before the rest is loaded; earlier requests wait.
const server = createServer((request, response) => void started.then((handle) => handle(request, response)))
// Longer than the minute for which proxies keep an idle connection, so they never send into a closed one.
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

setHandler((request, response) => {
  // Here, because Kit's files and errors don't pass the dashboard's hooks.
  response.setHeader('X-Content-Type-Options', 'nosniff')
  const foreign = describeForeignOrigin(request, dashboardUrl)
  if (foreign !== null) return refuse(request, response, foreign)
  const { protocol, host = '' } = publicOrigin(request.headers, dashboardUrl)
  const { address, isFromHeader } = clientAddress(request, addressOptions)
  if (addressOptions.header !== '' && !isFromHeader && !isProbe(request)) {
    const message = 'no address in ADDRESS_HEADER; the address of the connection is used'
    logWarning(message, { header: addressOptions.header })
  }
  request.headers[headerNames.protocol] = protocol
  request.headers[headerNames.host] = host
  request.headers[headerNames.address] = address
  compress(request, response)
  handler(request, response, () => response.writeHead(404).end())
})

/** A page's script gets the message in the format of Kit's actions, to show it beside the form. */
function refuse(request, response, message) {
  logWarning('form refused', { reason: message, path: request.url.split('?', 1)[0].slice(0, 200) })
  const isScript = request.headers.accept === 'application/json'
  const body = isScript ? JSON.stringify({ type: 'error', error: { message, keepsForm: true } }) : message
  const type = isScript ? 'application/json' : 'text/plain; charset=utf-8'
  response.writeHead(403, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
  })
  response.end(body)
}

function isProbe({ url }) {
  return url === '/livez' || url === '/readyz'
}
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
    // Streams of open pages would keep the process running; the pages reconnect.
    setTimeout(() => server.closeAllConnections(), 200).unref()
    setTimeout(() => process.exit(0), stopTimeoutMs).unref()
  })
}

function readArguments() {
  const [argument] = process.argv.slice(2)
  if (argument === undefined) return
  // npm links the program under a name without an ending.
  const isLinked = !/(\.js|build)$/.test(process.argv[1] ?? '')
  const usage = `usage: ${isLinked ? 'npx @ingestion-server/dashboard' : 'node build'}

Serves the dashboard. Configure it by the variables in docs/reference/configuration.md.
`
  if (argument === '--help' || argument === '-h') {
    process.stdout.write(usage)
    process.exit(0)
  }
  process.stderr.write(`dashboard: unknown argument: ${argument}\n\n${usage}`)
  process.exit(2)
}

function readDashboardUrl() {
  try {
    return parseDashboardUrl(process.env.DASHBOARD_URL)
  } catch (error) {
    return leave(error.message)
  }
}

function readDepth(text) {
  if (/^[1-9]\d?$/.test(text)) return Number(text)
  return leave(`XFF_DEPTH must be a whole number from 1 to 99, not ${text}`)
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
