import { connect, createServer, type Socket } from 'node:net'
import { listen } from '@ingestion-server/local-services/listen'

export interface TcpProxy {
  port: number
  /** Breaks all connections and refuses new ones: simulates an unavailable service. */
  cut(): void
  restore(): void
  /** New connections reach another service at the same address, as after a failover of a database. */
  redirect(target: URL | string): void
  stop(): Promise<void>
}

/**
 * A proxy on loopback that can be cut, so that a service is unavailable for its users only.
 *
 * @param accept for tests that hold or drop what clients send: called for each connection with the one to the service,
 *   returns what to do with each chunk. By default all is forwarded. What the service sends is always forwarded.
 */
export async function startTcpProxy(
  target: URL | string,
  accept?: (outgoing: Socket) => (chunk: Buffer) => void,
): Promise<TcpProxy> {
  let { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((incoming) => {
    if (isCut) return void incoming.resetAndDestroy()
    const outgoing = connect(Number(port), hostname)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      // The end of one side ends the other; an error of one is a lost connection for the other.
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        // A service does not learn of a client that ends while its data is held or dropped.
        if (accept && socket === incoming) return
        incoming.destroy()
        outgoing.destroy()
      })
    }
    if (accept) incoming.on('data', accept(outgoing))
    else incoming.pipe(outgoing)
    outgoing.pipe(incoming)
  })
  const listening = await listen(server)
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: listening.port,
    cut,
    restore: () => void (isCut = false),
    redirect: (next) => void ({ hostname, port } = new URL(next)),
    stop: () => {
      cut()
      return listening.close()
    },
  }
}

/** A service's address, through the proxy. */
export function throughProxy(url: string, proxy: Pick<TcpProxy, 'port'>): string {
  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String(proxy.port)
  return proxied.toString()
}
