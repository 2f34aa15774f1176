import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export interface StallingProxy extends TcpProxy {
  /**
   * From now on data from clients is held; `within a statement`: from the first part of the next one on.
   * Data from Postgres is forwarded.
   */
  stall(from: 'at once' | 'within a statement'): void
}

/** The message that asks Postgres for its results so far, while more of the statement follows. */
const flush = Buffer.from([0x48, 0, 0, 0, 4])

/** A proxy in front of Postgres that simulates a frozen client. */
export async function startStallingProxy(databaseUrl: string): Promise<StallingProxy> {
  let stalling: 'no' | 'at once' | 'within a statement' = 'no'
  const proxy = await startTcpProxy(databaseUrl, (outgoing) => (chunk) => {
    if (stalling === 'at once') return
    outgoing.write(chunk)
    if (stalling === 'within a statement' && chunk.subarray(-flush.length).equals(flush)) stalling = 'at once'
  })
  return { ...proxy, stall: (from) => void (stalling = from) }
}
