import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** Faults of the bytes of connections, old and new ones. */
export type TcpFault =
  /** Each chunk arrives so many milliseconds later. */
  | { kind: 'delay'; ms: number }
  /** All connections are reset, and new ones immediately. */
  | { kind: 'cut' }
  /** Nothing listens: new connections are refused, open ones continue. */
  | { kind: 'refuse' }
  /** Nothing arrives in either direction. At the end the data arrives late, or all connections are reset. */
  | { kind: 'black hole'; ends: 'late' | 'reset' }
  /** Of the next response chunk, half arrives, and its connection is reset. */
  | { kind: 'half response' }
  /** The service loses its side of each connection, and the client is notified only at the end. */
  | { kind: 'half open' }
  /** Bytes per second in each direction of each connection. */
  | { kind: 'bandwidth'; bytesPerSecond: number }

export interface TcpFaultProxy {
  port: number
  /** Replaces the previous fault, if there is one. */
  begin(fault: TcpFault): Promise<void>
  /** Ends the fault. */
  end(): Promise<void>
  /** Number of affected chunks and connections so far. */
  effects(): number
  /** New connections reach another service, as after a failover. The old ones are reset. */
  redirect(target: URL | string): void
  stop(): Promise<void>
}

interface Pair {
  incoming: Socket
  outgoing: Socket
  /** Chunks held by a black hole. */
  held: { to: Socket; chunk: Buffer }[]
  /** Delivers one chunk after the other, as delays must not change their order. */
  last: Promise<void>
}

/** A proxy on loopback in front of any TCP service. Without a fault it forwards everything. */
export async function startTcpFaultProxy(target: URL | string): Promise<TcpFaultProxy> {
  let { hostname, port } = new URL(target)
  let fault: TcpFault | null = null
  let effects = 0
  const pairs = new Set<Pair>()

  function accept(incoming: Socket): void {
    incoming.on('error', () => undefined)
    if (fault?.kind === 'cut') {
      effects++
      return void incoming.resetAndDestroy()
    }
    const outgoing = connect(Number(port), hostname)
    outgoing.on('error', () => undefined)
    const pair: Pair = { incoming, outgoing, held: [], last: Promise.resolve() }
    pairs.add(pair)
    join(pair, incoming, outgoing)
    join(pair, outgoing, incoming)
  }

  function join(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (chunk: Buffer) => deliver(pair, from, to, chunk))
    from.on('close', () => {
      pairs.delete(pair)
      // Data in flight arrives first, like on a network.
      if (fault?.kind !== 'half open' && fault?.kind !== 'black hole')
        pair.last = pair.last.then(() => void to.destroySoon())
      else pairs.add(pair)
    })
  }

  function deliver(pair: Pair, from: Socket, to: Socket, chunk: Buffer): void {
    switch (fault?.kind) {
      case 'black hole':
        effects++
        pair.held.push({ to, chunk })
        return
      case 'half open':
        effects++
        return
      case 'half response':
        if (from === pair.outgoing) {
          effects++
          fault = null
          to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => reset(pair))
          return
        }
        break
      case 'delay':
      case 'bandwidth':
        effects++
        break
    }
    const waitMs = waitFor(chunk)
    pair.last = pair.last.then(async () => {
      if (waitMs > 0) {
        from.pause()
        await delay(waitMs)
        from.resume()
      }
      if (to.writable && !to.write(chunk)) {
        from.pause()
        // `once` rejects with an error of the socket, which is closed then.
        await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => undefined)
        from.resume()
      }
    })
  }

  function waitFor(chunk: Buffer): number {
    if (fault?.kind === 'delay') return fault.ms
    if (fault?.kind === 'bandwidth') return Math.ceil((chunk.length * 1_000) / fault.bytesPerSecond)
    return 0
  }

  function reset(pair: Pair): void {
    pairs.delete(pair)
    pair.incoming.resetAndDestroy()
    pair.outgoing.resetAndDestroy()
  }
  const resetAll = () => {
    for (const pair of pairs) reset(pair)
  }

  const listen = async (at: number): Promise<Server> => {
    const created = createServer(accept)
    created.listen(at, '127.0.0.1')
    await once(created, 'listening')
    return created
  }
  let server = await listen(0)
  const ownPort = (server.address() as AddressInfo).port // a TCP server has one

  async function end(): Promise<void> {
    const ended = fault
    fault = null
    if (ended?.kind === 'refuse') server = await listen(ownPort)
    if (ended?.kind === 'half open') resetAll()
    if (ended?.kind === 'black hole') {
      if (ended.ends === 'reset') resetAll()
      for (const pair of pairs) {
        for (const { to, chunk } of pair.held.splice(0)) if (to.writable) to.write(chunk)
        if (pair.incoming.destroyed || pair.outgoing.destroyed) reset(pair)
      }
    }
  }

  return {
    port: ownPort,
    async begin(next) {
      await end()
      fault = next
      if (next.kind === 'cut') {
        effects += pairs.size
        resetAll()
      }
      if (next.kind === 'half open') {
        effects += pairs.size
        for (const { outgoing } of pairs) outgoing.destroy()
      }
      if (next.kind === 'refuse') {
        effects++
        // Open connections stay: `close` only stops listening.
        server.close()
      }
    },
    end,
    effects: () => effects,
    redirect(next) {
      ;({ hostname, port } = new URL(next))
      resetAll()
    },
    async stop() {
      await end()
      resetAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
