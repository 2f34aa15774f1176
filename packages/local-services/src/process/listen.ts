import { once } from 'node:events'
import type { Server } from 'node:net'

export interface Listening {
  /** `http://127.0.0.1:PORT`. */
  url: string
  port: number
  /** Ends the open connections of an HTTP server too, which would keep it alive. */
  close: () => Promise<void>
}

/** Makes a server of a test listen on 127.0.0.1, at a port that the operating system chooses. */
export async function listen(server: Server): Promise<Listening> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) (server.closeAllConnections as () => void)()
      await closed
    },
  }
}
