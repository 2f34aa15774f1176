import type { Socket } from 'node:net'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export interface HoldingProxy extends TcpProxy {
  /**
   * Holds everything that is sent from the next bulk request on, or from a later one. Resolves when all of that request
   * is held.
   *
   * @param forwarded number of bulk requests before it
   */
  holdNextBulk(forwarded?: number): Promise<void>
  /** Forwards what is held, and resolves when that bulk request was responded to. */
  release(): Promise<void>
}

/** A proxy on loopback that can hold a bulk request, again and again, until the test releases it. */
export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  let onHeld: (() => void) | null = null
  let toForward = 0
  let isHolding = false
  /** By the connection to the service; the first is that of the bulk request. */
  const held = new Map<Socket, Buffer[]>()

  const proxy = await startTcpProxy(target, (outgoing) => (chunk) => {
    const isBulk = /^(POST|PUT) \S*_bulk/.test(chunk.toString('latin1', 0, 200))
    if (onHeld && isBulk && toForward-- === 0) isHolding = true
    if (!isHolding) return void outgoing.write(chunk)
    const chunks = held.get(outgoing) ?? []
    held.set(outgoing, [...chunks, chunk])
    const [bulk] = held
    if (bulk?.[0] !== outgoing || !isComplete(Buffer.concat(bulk[1]))) return
    onHeld?.()
    onHeld = null
  })

  return {
    ...proxy,
    holdNextBulk: (forwarded = 0) => {
      toForward = forwarded
      return new Promise((resolve) => (onHeld = resolve))
    },
    async release() {
      isHolding = false
      const [bulk] = held.keys()
      // Nothing reads the response if the client has ended.
      const responded = new Promise((resolve) => bulk?.once('data', resolve).resume())
      for (const [outgoing, chunks] of held) outgoing.write(Buffer.concat(chunks))
      held.clear()
      await responded
    },
  }
}

/** Whether these are all bytes of an HTTP/1.1 request with a Content-Length. */
function isComplete(bytes: Buffer): boolean {
  const headerLength = bytes.indexOf('\r\n\r\n') + 4
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, headerLength))?.[1]
  return headerLength > 4 && length !== undefined && bytes.length >= headerLength + Number(length)
}
