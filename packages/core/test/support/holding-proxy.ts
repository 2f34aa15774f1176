import type { Socket } from 'node:net'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { until } from './until.ts'

export interface HoldingProxy extends TcpProxy {
  /**
   * Holds everything that is sent from the next bulk request on, or from a later one. During a hold, the next one is the
   * first that arrives after its release. Resolves when all of that request is held; rejects if none arrives.
   *
   * @param forwarded number of bulk requests before it
   */
  holdNextBulk(forwarded?: number): Promise<unknown>
  /** Number of connections with data that is held. */
  heldConnections(): number
  /** Forwards what is held, and resolves when that bulk request was responded to. */
  release(): Promise<void>
}

interface Hold {
  /** Number of bulk requests before the one to hold. */
  toForward: number
  /** Whether all of the request has arrived. */
  isHeld: boolean
}

/** A proxy on loopback that can hold a bulk request, again and again, until the test releases it. */
export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  let next: Hold | null = null
  let current: Hold | null = null
  /** By the connection to the service; the first is that of the bulk request. */
  const held = new Map<Socket, Buffer[]>()

  const proxy = await startTcpProxy(target, (outgoing) => (chunk) => {
    const isBulk = /^(POST|PUT) \S*_bulk/.test(chunk.toString('latin1', 0, 200))
    // Further bulk requests that arrive during a hold are part of it: the next hold begins after its release.
    if (next && !current && isBulk && next.toForward-- === 0) [current, next] = [next, null]
    if (!current) return void outgoing.write(chunk)
    const chunks = held.get(outgoing) ?? []
    held.set(outgoing, [...chunks, chunk])
    const [bulk] = held
    if (bulk?.[0] === outgoing && isComplete(Buffer.concat(bulk[1]))) current.isHeld = true
  })

  return {
    ...proxy,
    holdNextBulk(forwarded = 0) {
      const hold = { toForward: forwarded, isHeld: false }
      next = hold
      const holding = until('a bulk request to hold', () => hold.isHeld)
      // A test that fails before it awaits this has a reason of its own.
      holding.catch(() => undefined)
      return holding
    },
    heldConnections: () => held.size,
    async release() {
      current = null
      const [bulk] = held.keys()
      let isResponded = bulk === undefined
      // Nothing reads the response if the client has ended.
      bulk?.once('data', () => (isResponded = true)).resume()
      for (const [outgoing, chunks] of held) outgoing.write(Buffer.concat(chunks))
      held.clear()
      await until('the response to the held bulk request', () => isResponded || bulk?.destroyed)
    },
  }
}

/** Whether these are all bytes of an HTTP/1.1 request with a Content-Length. */
function isComplete(bytes: Buffer): boolean {
  const headerLength = bytes.indexOf('\r\n\r\n') + 4
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, headerLength))?.[1]
  return headerLength > 4 && length !== undefined && bytes.length >= headerLength + Number(length)
}
