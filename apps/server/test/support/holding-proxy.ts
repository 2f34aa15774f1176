import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface HoldingProxy {
  port: number
  /** From the next bulk request on, nothing that is sent comes through. Resolves when one is held. */
  holdNextBulk(): Promise<void>
  /** Lets through what is held. @returns the status lines of the answers to it, one for each bulk request */
  release(): Promise<string[]>
  stop(): Promise<void>
}

/** A proxy on loopback in which bulk requests can be kept under way for as long as a test likes. */
export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let armed: (() => void) | null = null
  let held: { outgoing: Socket; chunks: Buffer[] }[] | null = null

  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      // Either side's end is the other's; an error of one is seen there as a lost connection.
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    let ofThis: { outgoing: Socket; chunks: Buffer[] } | null = null
    incoming.on('data', (chunk) => {
      if (armed && /^(POST|PUT) \S*_bulk/.test(chunk.toString('latin1', 0, 200))) {
        held = []
        armed()
        armed = null
      }
      if (!held) return void outgoing.write(chunk)
      if (!ofThis) held.push((ofThis = { outgoing, chunks: [] }))
      ofThis.chunks.push(chunk)
    })
    outgoing.pipe(incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port, // a TCP server has one
    holdNextBulk: () => new Promise((resolve) => (armed = resolve)),
    async release() {
      const requests = held ?? []
      held = null
      const bulks = requests.filter(({ chunks }) => /^(POST|PUT) \S*_bulk/.test(String(chunks[0])))
      const answers = bulks.map(
        ({ outgoing }) =>
          new Promise<string>((resolve) =>
            outgoing.once('data', (answer: Buffer) => resolve(String(answer).split('\r\n')[0] ?? '')),
          ),
      )
      for (const { outgoing, chunks } of requests) outgoing.write(Buffer.concat(chunks))
      return Promise.all(answers)
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
