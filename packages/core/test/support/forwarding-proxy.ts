import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface ForwardingProxy {
  port: number
  stop(): Promise<void>
}

/**
 * A proxy on loopback for tests that hold the data of clients. The data of the service is forwarded.
 *
 * @param accept called for each connection with the connection to the service; returns the handler of each chunk
 */
export async function startForwardingProxy(
  target: string,
  accept: (outgoing: Socket) => (chunk: Buffer) => void,
): Promise<ForwardingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      // The end of one side ends the other; an error of one is a lost connection for the other.
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    incoming.on('data', accept(outgoing))
    outgoing.pipe(incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has one
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
