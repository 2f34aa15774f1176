import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listen } from '@ingestion-server/local-services/listen'
import { afterEach, expect, test } from 'vitest'
import { createTermsReader } from './read-sensitive-terms.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

async function serve(listener: RequestListener): Promise<string> {
  const { url, close } = await listen(createServer(listener))
  cleanUps.push(close)
  return `${url}/terms.txt`
}

async function fileWith(content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'terms-'))
  cleanUps.push(() => rm(folder, { recursive: true }))
  const path = join(folder, 'sensitive terms.txt')
  await writeFile(path, content)
  return pathToFileURL(path).href
}

const never = new AbortController().signal

test('a list is read from a file each time it is used', async () => {
  const url = await fileWith('rot\nblau grün\n')
  const read = createTermsReader(url)
  expect(await read(never)).toBe('rot\nblau grün\n')
  await writeFile(new URL(url), 'gelb')
  expect(await read(never)).toBe('gelb')
})

test('a list is read over HTTP, with the user and password of its address', async () => {
  const url = await serve((request, response) =>
    response.end(request.headers.authorization ?? 'no credentials'),
  )
  expect(await createTermsReader(url)(never)).toBe('no credentials')
  const withUser = url.replace('http://', 'http://me:p%40ss@')
  expect(await createTermsReader(withUser)(never)).toBe(`Basic ${btoa('me:p@ss')}`)
})

test.each([
  ['is missing', 404, {}, 'status 404'],
  ['has no content', 204, {}, 'status 204'],
  ['is redirected', 302, { Location: '/other' }, 'redirect'],
  ['is a sign-in page', 200, { 'Content-Type': 'text/html; charset=utf-8' }, 'web page'],
] as const)('a list that %s is an error', async (_, status, headers, message) => {
  const url = await serve((_request, response) => {
    response.writeHead(status, headers).end(status === 204 ? undefined : 'nonsense')
  })
  await expect(createTermsReader(`${url}?key=s3cret`)(never)).rejects.toThrow(message)
  await expect(createTermsReader(`${url}?key=s3cret`)(never)).rejects.not.toThrow('s3cret')
})

test('a missing file is an error that names it', async () => {
  const url = pathToFileURL(join(tmpdir(), 'no such terms')).href
  await expect(createTermsReader(url)(never)).rejects.toThrow('no such terms')
})

test('a list that is too long is an error, from a file and over HTTP', async () => {
  const limits = { maxBytes: 10, timeoutMs: 10_000 }
  const url = await serve((_, response) => response.end('x'.repeat(11)))
  await expect(createTermsReader(url, limits)(never)).rejects.toThrow('more than 10 bytes')
  await expect(createTermsReader(await fileWith('x'.repeat(11)), limits)(never)).rejects.toThrow(
    'more than 10',
  )
  expect(await createTermsReader(await fileWith('x'.repeat(10)), limits)(never)).toBe('x'.repeat(10))
})

test('a list that is not UTF-8 is an error, because its words would be read incorrectly', async () => {
  const url = await fileWith(Uint8Array.of(0x67, 0x72, 0xfc, 0x6e))
  await expect(createTermsReader(url)(never)).rejects.toThrow('not UTF-8')
})

test('a server that closes the connection or does not respond is an error, not a shorter list', async () => {
  const breaking = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' })
    response.write('red\n', () => response.destroy())
  })
  await expect(createTermsReader(breaking)(never)).rejects.toThrow()
  const silent = await serve(() => undefined)
  await expect(createTermsReader(silent, { maxBytes: 10, timeoutMs: 50 })(never)).rejects.toThrow(/timeout/i)
})

test('reading stops when the task is aborted', async () => {
  const stopping = new AbortController()
  const url = await serve(() => stopping.abort(new Error('the task was stopped')))
  await expect(createTermsReader(url)(stopping.signal)).rejects.toThrow('the task was stopped')
})
