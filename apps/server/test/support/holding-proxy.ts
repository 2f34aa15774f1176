import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface HoldingProxy {
  port: number
  /** From the next bulk request on, nothing that is sent comes through. Resolves when all of that one is held. */
  holdNextBulk(): Promise<void>
  /** Lets through what is held, and resolves when that bulk request was answered. */
  release(): Promise<void>
  stop(): Promise<void>
}

interface Held {
  outgoing: Socket
  chunks: Buffer[]
}

/** A proxy on loopback in which a bulk request can be kept under way for as long as a test likes. */
export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let onHeld: (() => void) | null = null
  let isHolding = false
  const held: Held[] = []

  const server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname)
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket)
      // Either side's end is the other's; an error of one is seen there as a lost connection.
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    let ofThis: Held | null = null
    incoming.on('data', (chunk) => {
      if (onHeld && /^(POST|PUT) \S*_bulk/.test(chunk.toString('latin1', 0, 200))) isHolding = true
      if (!isHolding) return void outgoing.write(chunk)
      if (!ofThis) held.push((ofThis = { outgoing, chunks: [] }))
      ofThis.chunks.push(chunk)
      if (ofThis !== held[0] || !isComplete(Buffer.concat(ofThis.chunks))) return
      onHeld?.()
      onHeld = null
    })
    outgoing.pipe(incoming)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port, // a TCP server has one
    holdNextBulk: () => new Promise((resolve) => (onHeld = resolve)),
    async release() {
      isHolding = false
      const answered = new Promise((resolve) => held[0]?.outgoing.once('data', resolve))
      for (const { outgoing, chunks } of held) outgoing.write(Buffer.concat(chunks))
      await answered
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Whether these are all bytes of an HTTP/1.1 request that says how long it is. */
function isComplete(bytes: Buffer): boolean {
  const headerLength = bytes.indexOf('\r\n\r\n') + 4
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, headerLength))?.[1]
  return headerLength > 4 && length !== undefined && bytes.length >= headerLength + Number(length)
}
