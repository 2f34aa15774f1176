import { createServer, request as forward, type IncomingHttpHeaders } from 'node:http'
import { listen } from '@ingestion-server/local-services/listen'

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
  const { url, close } = await listen(server)
  const proxy: RewritingProxy = { url, target: '', close }
  return proxy
}
