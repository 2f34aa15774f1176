import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { listen } from '@ingestion-server/local-services/listen'

export interface BulkLine {
  id: string
  action: 'index' | 'delete'
  document: unknown
}

/** Response of a scripted server to a bulk request: item results in order, or a whole response. */
export type BulkResponse =
  | { items: { status: number; error?: { type: string; reason: string } }[] }
  | { status: number; body?: unknown }
  | 'hang up'

/**
 * A server that only responds to `_bulk`, as scripted: for responses that a real OpenSearch doesn't send on demand,
 * such as a 429 for the third item. The client and its connection are real.
 */
export async function startScriptedOpenSearch(
  script: (lines: BulkLine[], request: IncomingMessage) => BulkResponse | Promise<BulkResponse>,
): Promise<{ url: string; requests: () => number; stop: () => Promise<void> }> {
  let requests = 0
  const server = createServer((request, response) => {
    if (new URL(request.url ?? '', 'http://here').pathname.split('/').at(-1) !== '_bulk') {
      response.writeHead(404).end()
      return
    }
    requests++
    void respond(request, response, script)
  })
  const { url, close } = await listen(server)
  return { url, requests: () => requests, stop: close }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  script: (lines: BulkLine[], request: IncomingMessage) => BulkResponse | Promise<BulkResponse>,
): Promise<void> {
  const isCompressed = request.headers['content-encoding'] === 'gzip'
  const text = await readText(isCompressed ? request.pipe(createGunzip()) : request)
  const lines = parseBulkBody(text)
  const result = await script(lines, request)
  if (result === 'hang up') {
    request.socket.destroy()
    return
  }
  const status = 'items' in result ? 200 : result.status
  const body =
    'items' in result
      ? { items: result.items.map((item, index) => ({ [lines[index]?.action ?? 'index']: item })) }
      : (result.body ?? {})
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function parseBulkBody(text: string): BulkLine[] {
  const lines = text.split('\n').filter(Boolean)
  const operations: BulkLine[] = []
  for (let position = 0; position < lines.length; position++) {
    const head = JSON.parse(lines[position] as string) as Record<
      'index' | 'delete',
      { _id: string } | undefined
    >
    if (head.delete) operations.push({ id: head.delete._id, action: 'delete', document: null })
    else if (head.index) {
      operations.push({
        id: head.index._id,
        action: 'index',
        document: JSON.parse(lines[++position] as string),
      })
    }
  }
  return operations
}
