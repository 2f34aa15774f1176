import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export interface DroppingProxy extends TcpProxy {
  /**
   * From now on, data on the open connections is dropped, and neither side is notified: like connections that a NAT or
   * a firewall has dropped. New connections work. @returns their number
   */
  dropConnections(): number
}

/** A proxy on loopback that drops connections silently. */
export async function startDroppingProxy(target: string): Promise<DroppingProxy> {
  let open: { isDropped: boolean }[] = []
  const proxy = await startTcpProxy(target, (outgoing) => {
    const connection = { isDropped: false }
    open.push(connection)
    outgoing.on('close', () => (open = open.filter((each) => each !== connection)))
    return (chunk) => {
      if (!connection.isDropped) outgoing.write(chunk)
    }
  })
  return {
    ...proxy,
    dropConnections() {
      for (const connection of open) connection.isDropped = true
      return open.splice(0).length
    },
  }
}
