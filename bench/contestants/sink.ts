import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Responds to every bulk request as if all of its documents were new. See sink.ts above. */
const [latency, behind] = process.argv.slice(2) as [string, string]
const newline = 0x0a
const linesPerDocument = 2

const server = createServer((request, response) => {
  if (request.url?.includes('_bulk')) takeBulk(request, response)
  else if (behind) passOn(request, response)
  else response.writeHead(404).end()
})
// A client that is delayed by the machine must not find its connection closed.
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('disconnect', () => {
  server.closeAllConnections()
  server.close()
})

function takeBulk(request: IncomingMessage, response: ServerResponse): void {
  let lines = 0
  request.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines++
  })
  request.on('end', () => {
    const item = '{"index":{"status":201}}'
    const items = `${`${item},`.repeat(lines / linesPerDocument - 1)}${item}`
    const respond = () =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"items":[${items}]}`)
    if (Number(latency) > 0) setTimeout(respond, Number(latency))
    else respond()
  })
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url } = request
  const target = forward(new URL(url ?? '/', behind), { method: method ?? 'GET', headers }, (forwarded) => {
    response.writeHead(forwarded.statusCode ?? 502, forwarded.headers)
    forwarded.pipe(response)
  })
  target.on('error', () => response.destroy())
  request.pipe(target)
}
