import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface StallingProxy {
  port: number
  /**
   * From now on nothing that clients send comes through; `within a statement`: from the first part of the next one on.
   * What Postgres sends does.
   */
  stall(from: 'at once' | 'within a statement'): void
  stop(): Promise<void>
}

/** The message that asks Postgres for what it has so far, while more of the statement follows. */
const flush = Buffer.from([0x48, 0, 0, 0, 4])

/** A proxy before Postgres that makes a client seem to freeze. */
export async function startStallingProxy(databaseUrl: string): Promise<StallingProxy> {
  const { hostname, port } = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let stalling: 'no' | 'at once' | 'within a statement' = 'no'
  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      // Either side's end is the other's; an error of one is seen there as a lost connection.
      socket.on('error', () => undefined)
    }
    incoming.on('data', (chunk) => {
      if (stalling === 'at once') return
      outgoing.write(chunk)
      if (stalling === 'within a statement' && chunk.subarray(-flush.length).equals(flush))
        stalling = 'at once'
    })
    outgoing.pipe(incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // a TCP server has one
    stall: (from) => void (stalling = from),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
