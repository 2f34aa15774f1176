import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import postgres from 'postgres'
import { createPartsMemory, knownPartsHeader } from '../../apps/dashboard/src/lib/live/parts.ts'
import type { Row } from '../report.ts'

/** Polling intervals of the pages, milliseconds. */
const pages = {
  '/live/tasks': { idleMs: 8_000, busyMs: 1_500 },
  '/live/overview': { idleMs: 10_000, busyMs: 3_000 },
}
const minuteMs = 60_000

/**
 * Bytes that an open page receives a minute, with headers: idle, and while one task progresses. The polls follow each
 * other at once, because their bytes don't depend on the time between them.
 */
export async function measurePolls(url: string, cookie: string, postgresUrl: string): Promise<Row[]> {
  const sql = postgres(postgresUrl, { max: 1 })
  const [task] = await sql<{ id: string }[]>`select id from ingestion.task order by created_at desc limit 1`
  if (!task) throw new Error('there is no task')
  const progress = (read: number) => sql`
    update ingestion.task set status = 'running', phase = 'loading', started_at = now(), finished_at = null,
      "read" = ${read}, indexed = ${read} where id = ${task.id}`
  const rows: Row[] = []
  try {
    for (const [path, { idleMs, busyMs }] of Object.entries(pages)) {
      const idle = await poll(url, path, cookie, Math.round(minuteMs / idleMs), () => Promise.resolve())
      const busy = await poll(url, path, cookie, Math.round(minuteMs / busyMs), (count) =>
        progress(count * 1_000),
      )
      await sql`update ingestion.task set status = 'cancelled', finished_at = now() where id = ${task.id}`
      const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(1)
      rows.push({ what: `${path}, idle`, 'polled, kB/min': kilobytes(idle) })
      rows.push({ what: `${path}, a task runs`, 'polled, kB/min': kilobytes(busy) })
    }
  } finally {
    await sql.end()
  }
  return rows
}

/** @returns bytes received, without those of the first response, which every page needs once */
async function poll(
  url: string,
  path: string,
  cookie: string,
  count: number,
  change: (count: number) => Promise<unknown>,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const memory = createPartsMemory()
  let tag: string | undefined
  let before = 0
  let received = 0
  for (let round = 0; round <= count; round++) {
    await change(round)
    const known = memory.known()
    const headers = {
      cookie,
      'accept-encoding': 'br, gzip',
      ...(tag !== undefined && { 'if-none-match': tag }),
      ...(known.length > 0 && { [knownPartsHeader]: known.join(' ') }),
    }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest(`${url}${path}`, { agent, headers }, resolve).on('error', reject).end()
    })
    // The response loses it at its end.
    const { socket } = response
    const body = await buffer(response)
    if (response.statusCode === 200) {
      tag = response.headers.etag
      memory.restore(JSON.parse(decompress(body, response.headers['content-encoding'])))
    } else if (response.statusCode !== 304) throw new Error(`${path}: ${response.statusCode}`)
    if (round > 0) received += socket.bytesRead - before
    before = socket.bytesRead
  }
  agent.destroy()
  return received
}

function decompress(body: Buffer, encoding: string | undefined): string {
  if (encoding === 'br') return brotliDecompressSync(body).toString()
  return (encoding === 'gzip' ? gunzipSync(body) : body).toString()
}
