import { once } from 'node:events'
import { serve, type ServerType } from '@hono/node-server'
import { ConfigError } from './config.ts'

export interface Listener {
  /** Such as http://127.0.0.1:8001 */
  url: string
  /** Accepts no new connections, and resolves when all requests are answered or the time limit is over. */
  close(): Promise<void>
}

/** Longer than the minute for which proxies keep an idle connection, so they never send into a closed one. */
const keepAliveMs = 65_000
/** Time limit for open requests when the process stops. */
const closeTimeoutMs = 2_000
const closePollMs = 20

/**
 * Serves an app on a port.
 *
 * @param portVariable the variable that sets the port, for messages
 * @throws ConfigError when the port can't be listened on
 */
export async function listen(
  app: { fetch: Parameters<typeof serve>[0]['fetch'] },
  host: string,
  port: number,
  portVariable: string,
): Promise<Listener> {
  const server: ServerType = serve({ fetch: app.fetch, hostname: host, port })
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = keepAliveMs
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError([describe(error as NodeJS.ErrnoException, host, port, portVariable)]) // of listen(2)
  }
  const address = server.address()
  const actualPort = typeof address === 'object' && address !== null ? address.port : port
  return { url: `http://${toUrlHost(host)}:${actualPort}`, close: () => close(server) }
}

/** Connections become idle one by one as their requests are answered, and would then be kept open. */
async function close(server: ServerType): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const closeIdle = () => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  }
  const polling = setInterval(closeIdle, closePollMs)
  const limit = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  }, closeTimeoutMs)
  await closed
  clearInterval(polling)
  clearTimeout(limit)
}

function describe(error: NodeJS.ErrnoException, host: string, port: number, variable: string): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken; stop the program that has it, or set ${variable} to another one`
  }
  if (error.code === 'EACCES')
    return `port ${port} on ${host} may not be used by this user; set ${variable} to another one`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is not an address of this machine; set HOST to one that is`
  }
  return `can't listen on ${host}:${port}: ${error.message}`
}

function toUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
