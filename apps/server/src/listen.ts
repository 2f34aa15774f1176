import { once } from 'node:events'
import { serve, type ServerType } from '@hono/node-server'
import { ConfigError } from './config.ts'

export interface Listener {
  /** Such as http://127.0.0.1:8001 */
  url: string
  /** Takes no new connections. */
  close(): void
}

/**
 * Serves an app on a port.
 *
 * @param portVariable which variable the port is from, for messages
 * @throws ConfigError when the port can't be listened on
 */
export async function listen(
  app: { fetch: Parameters<typeof serve>[0]['fetch'] },
  host: string,
  port: number,
  portVariable: string,
): Promise<Listener> {
  const server: ServerType = serve({ fetch: app.fetch, hostname: host, port })
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new ConfigError([describe(error as NodeJS.ErrnoException, host, port, portVariable)]) // of listen(2)
  }
  const address = server.address()
  const actualPort = typeof address === 'object' && address !== null ? address.port : port
  return { url: `http://${toUrlHost(host)}:${actualPort}`, close: () => void server.close() }
}

function describe(error: NodeJS.ErrnoException, host: string, port: number, variable: string): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken; stop the program that has it, or set ${variable} to another one`
  }
  if (error.code === 'EACCES')
    return `port ${port} on ${host} may not be used by this user; set ${variable} to another one`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is no address of this machine; set HOST to one that is`
  }
  return `can't listen on ${host}:${port}: ${error.message}`
}

function toUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
