import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ServerProcess } from '../support/server-process.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { sendRaw, type SendOptions } from './raw-http.ts'
import { startTarget, type Target } from './start-target.ts'

const token = 'a-token-for-malformed-requests'

let target: Target
let server: ServerProcess
beforeAll(async () => {
  target = await startTarget(token)
  ;({ server } = target)
})
afterAll(() => target.stop())

const head = (...lines: string[]) => [`POST /task HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n')
const authorized = [`Authorization: Bearer ${token}`, 'Content-Type: application/json']
const body = '{"model":"video"}'
const length = `Content-Length: ${body.length}`
const smuggled = `GET /token HTTP/1.1\r\nHost: localhost\r\n\r\n`

test.each([
  [
    'both lengths',
    [head(...authorized, 'Content-Length: 4', 'Transfer-Encoding: chunked') + '0\r\n\r\n' + smuggled],
  ],
  ['two lengths', [head(...authorized, 'Content-Length: 4', 'Content-Length: 5') + 'abcde']],
  ['an invalid length', [head(...authorized, 'Content-Length: 1e3') + 'a']],
  ['a negative length', [head(...authorized, 'Content-Length: -1')]],
  ['chunked twice', [head(...authorized, 'Transfer-Encoding: chunked, identity') + '0\r\n\r\n']],
  ['an obscured encoding', [head(...authorized, 'Transfer-Encoding : chunked') + '0\r\n\r\n' + smuggled]],
  ['a chunk without a size', [head(...authorized, 'Transfer-Encoding: chunked') + 'zz\r\na\r\n0\r\n\r\n']],
  ['a folded header', [head('X: a\r\n b', ...authorized, length) + body]],
  ['a bare line feed', [`GET / HTTP/1.1\nHost: localhost\n\n`]],
  ['a NUL in a header', [head('X: a\0b', ...authorized, length) + body]],
  ['no host', ['GET / HTTP/1.1\r\n\r\n']],
  ['two hosts', ['GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n']],
  ['no version', ['GET /\r\n\r\n']],
  ['version 3', ['GET / HTTP/3.0\r\nHost: localhost\r\n\r\n']],
  ['the preface of HTTP/2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']],
  ['a TLS client hello', ['\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03']],
  ['a header of 100 kB', [head('X: ' + 'x'.repeat(100_000))]],
  ['a thousand headers', [head(...Array.from({ length: 5_000 }, (_, name) => `X-${name}: 1`))]],
  ['a path of 100 kB', [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`]],
])('%s is refused or accepted as one request, and never causes an internal error', async (_, pieces) => {
  const exchange = await send(pieces, { end: true })
  if ('answer' in exchange) expect(exchange.answer.status).toBeLessThan(500)
  else expect(exchange).toHaveProperty('closed')
  await expectToLive()
})

test('a request that arrives byte by byte gets the same response as one that arrives at once', async () => {
  const whole = head(...authorized, length, 'Connection: close') + body
  const [split, atOnce] = [await send([...whole]), await send([whole])]
  for (const exchange of [split, atOnce]) {
    expect('answer' in exchange && exchange.answer.status).toBe(400)
    expect('answer' in exchange && exchange.answer.body.toString()).toContain('invalid_request')
  }
})

test('an incomplete request delays no other request', async () => {
  const ending = new AbortController()
  // The server asks for the rest of each.
  const incomplete = head(...authorized, 'Content-Length: 100', 'Expect: 100-continue') + '{'
  let arrived = 0
  const options = { timeoutMs: 300_000, signal: ending.signal, onData: () => void arrived++ }
  const silent = Promise.all(Array.from({ length: 50 }, () => send([incomplete], options)))
  await until(
    () => `50 incomplete requests to arrive; so far: ${arrived}`,
    () => arrived === 50,
  )
  await expectToLive()
  ending.abort()
  for (const exchange of await silent) expect(exchange).toEqual({ silent: true })
  await expectToLive()
})

function send(pieces: readonly string[], options: Partial<SendOptions> = {}) {
  const bytes = pieces.map((piece) => Buffer.from(piece, 'latin1'))
  return sendRaw(server.baseUrl, bytes, { timeoutMs: 120_000, ...options })
}

async function expectToLive() {
  expect((await fetch(`${server.baseUrl}/livez`)).status).toBe(200)
  expect(server.log()).not.toContain('internal_error')
}
