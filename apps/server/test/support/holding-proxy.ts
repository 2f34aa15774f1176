import type { Socket } from 'node:net'
import { startTcpProxy, type TcpProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'

export interface HoldingProxy extends TcpProxy {
  /** Holds everything that is sent from the next bulk request on. Resolves when all of that request is held. */
  holdNextBulk(): Promise<void>
  /** Forwards what is held, and resolves when that bulk request was answered. */
  release(): Promise<void>
}

interface Held {
  outgoing: Socket
  chunks: Buffer[]
}

/** A proxy on loopback that can hold a bulk request until the test releases it. */
export async function startHoldingProxy(target: string): Promise<HoldingProxy> {
  let onHeld: (() => void) | null = null
  let isHolding = false
  const held: Held[] = []

  const proxy = await startTcpProxy(target, (outgoing) => {
    let ofThis: Held | null = null
    return (chunk) => {
      if (onHeld && /^(POST|PUT) \S*_bulk/.test(chunk.toString('latin1', 0, 200))) isHolding = true
      if (!isHolding) return void outgoing.write(chunk)
      if (!ofThis) held.push((ofThis = { outgoing, chunks: [] }))
      ofThis.chunks.push(chunk)
      if (ofThis !== held[0] || !isComplete(Buffer.concat(ofThis.chunks))) return
      onHeld?.()
      onHeld = null
    }
  })

  return {
    ...proxy,
    holdNextBulk: () => new Promise((resolve) => (onHeld = resolve)),
    async release() {
      isHolding = false
      const answered = new Promise((resolve) => held[0]?.outgoing.once('data', resolve))
      for (const { outgoing, chunks } of held) outgoing.write(Buffer.concat(chunks))
      await answered
    },
  }
}

/** Whether these are all bytes of an HTTP/1.1 request with a Content-Length. */
function isComplete(bytes: Buffer): boolean {
  const headerLength = bytes.indexOf('\r\n\r\n') + 4
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, headerLength))?.[1]
  return headerLength > 4 && length !== undefined && bytes.length >= headerLength + Number(length)
}
