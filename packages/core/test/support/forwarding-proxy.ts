import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface ForwardingProxy {
  port: number
  stop(): Promise<void>
}

/**
 * A proxy on loopback for tests that hold back what clients send. What the service sends comes through.
 *
 * @param accept called for each connection; gets the way to the service, and gives what is done with each chunk
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
      // Either side's end is the other's; an error of one is seen there as a lost connection.
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
