import {
  createServer,
  request,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http'
import { once } from 'node:events'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compress } from '../../host/compress.js'

const page = `<p>${'searched, built and promoted '.repeat(4_000)}</p>`
const html = { 'content-type': 'text/html; charset=utf-8' }

/** How the handler answers, by path. */
const answers: Record<string, (response: ServerResponse) => void | Promise<void>> = {
  '/page': (response) => void response.writeHead(200, { ...html, etag: '"1"' }).end(page),
  '/with-length': (response) =>
    void response.writeHead(200, { ...html, 'content-length': Buffer.byteLength(page) }).end(page),
  '/short': (response) => void response.writeHead(200, { ...html, 'content-length': 2 }).end('ok'),
  '/not-modified': (response) => void response.writeHead(304, html).end(),
  '/encoded': (response) => void response.writeHead(200, { ...html, 'content-encoding': 'br' }).end('br'),
  '/image': (response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(page),
  '/stream': (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n'),
  '/setup?token=x': (response) => void response.writeHead(200, html).end(page),
  '/tokens': (response) => void response.writeHead(200, html).end(page),
  // As Kit does: it waits for `drain` whenever a write is refused.
  '/large': async (response) => {
    response.setHeader('content-type', 'application/json')
    for (let chunk = 0; chunk < 12; chunk++) {
      const text = Array.from({ length: 20_000 }, () => Math.random().toString(36)).join()
      large.push(text)
      if (!response.write(text)) await once(response, 'drain')
    }
    response.end()
  },
}
const large: string[] = []

const server = createServer((incoming, response) => {
  compress(incoming, response)
  void answers[incoming.url ?? '']?.(response)
})
let listening: Listening
beforeAll(async () => {
  listening = await listen(server)
})
afterAll(() => listening.close())

async function get(path: string, headers: OutgoingHttpHeaders = {}, method = 'GET') {
  const { port } = listening
  const sent = request({ port, path, method, headers: { 'accept-encoding': 'gzip, br', ...headers } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const read = async () => Buffer.concat(await response.toArray())
  return { status: response.statusCode, headers: response.headers, response, read }
}

test.each([
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
] as const)('with Accept-Encoding %s, a page is sent as %s', async (accepted, encoding, decode) => {
  for (const path of ['/page', '/with-length']) {
    const { headers, read } = await get(path, { 'accept-encoding': accepted })
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' })
    expect(headers['content-length']).toBeUndefined()
    const body = await read()
    expect(body.length).toBeLessThan(page.length / 20)
    expect(decode(body).toString()).toBe(page)
  }
  expect((await get('/page')).headers.etag).toBe('W/"1"')
})

test.each([
  ['a short response', '/short', {}, 'GET', 'ok'],
  ['an image', '/image', {}, 'GET', page],
  ['for a program that accepts none', '/page', { 'accept-encoding': 'identity' }, 'GET', page],
  ['of a form', '/page', {}, 'POST', page],
  ['that another site asked for', '/page', { 'sec-fetch-site': 'cross-site' }, 'GET', page],
  ['a set-up link', '/setup?token=x', {}, 'GET', page],
  ['tokens', '/tokens', {}, 'GET', page],
  ['unchanged', '/not-modified', {}, 'GET', ''],
] as const)('a response is left as it is: %s', async (_, path, headers, method, body) => {
  const answer = await get(path, headers, method)
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect((await answer.read()).toString()).toBe(body)
})

test('a compressed file is not compressed again, and the event of a stream arrives at once', async () => {
  expect((await (await get('/encoded')).read()).toString()).toBe('br')
  const { response, headers } = await get('/stream')
  expect(headers['content-encoding']).toBeUndefined()
  const [event] = (await once(response, 'data')) as [Buffer]
  expect(event.toString()).toBe('data: 1\n\n')
  response.destroy()
})

test('a large response arrives whole at a slow reader', async () => {
  const { response, read } = await get('/large')
  response.pause()
  expect(brotliDecompressSync(await read()).toString()).toBe(large.join(''))
})
