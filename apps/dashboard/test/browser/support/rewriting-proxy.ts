import { once } from 'node:events'
import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RewritingProxy {
  /** The address for users. */
  url: string
  /** The address that it forwards to. */
  target: string
  close: () => Promise<void>
}

/** A proxy with default settings: it sends its own Host, and the headers that `rewrite` returns. */
export async function startRewritingProxy(
  rewrite: (headers: IncomingHttpHeaders) => IncomingHttpHeaders = (headers) => headers,
): Promise<RewritingProxy> {
  const server = createServer((request, response) => {
    const { host } = new URL(proxy.target)
    const { method, url } = request
    const headers = { ...rewrite(request.headers), host }
    const forwarded = forward(`${proxy.target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    forwarded.on('error', () => response.destroy())
    response.on('close', () => forwarded.destroy())
    request.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const proxy: RewritingProxy = {
    url: `http://127.0.0.1:${port}`,
    target: '',
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return proxy
}
