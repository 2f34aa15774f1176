import { createServer, type ServerResponse } from 'node:http'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectOpenSearch, systemClock, type SearchClient } from '../../src/index.ts'
import { BulkBody } from '../../src/documents/index.ts'
import {
  blockWrites,
  countDataNodes,
  countMatches,
  createBulkWriter,
  createIndex,
  endSearchTasks,
  findAliasTargets,
  findSearchTasks,
  getIndex,
  listWriteAliases,
  readHealth,
  waitForBulks,
} from '../../src/search/index.ts'

/** A proxy in place of OpenSearch that responds to every request in the same way. */
let respond: (response: ServerResponse) => void
const server = createServer((_, response) => respond(response))
let listening: Listening
let client: SearchClient
beforeAll(async () => {
  listening = await listen(server)
  client = connectOpenSearch(listening.url)
})
afterAll(async () => {
  await client.close()
  await listening.close()
})

const page = '<html><body>Sign in</body></html>'

test.each([
  ['a page with status 200', 200, 'text/html', page],
  ['a page with status 404', 404, 'text/html', page],
  ['JSON of another program', 200, 'application/json', '{"status":"ok"}'],
  ['a 404 of another program', 404, 'application/json', '{"error":"no route"}'],
  ['an index without its settings', 200, 'application/json', '{"image-a":{"aliases":{}}}'],
  ['nothing', 200, 'application/json', ''],
  ['an empty object', 200, 'application/json', '{}'],
])('%s is not evidence that an index does not exist', async (_name, status, type, body) => {
  respond = (response) => response.writeHead(status, { 'content-type': type }).end(body)
  await expect(getIndex(client, 'image-a')).rejects.toMatchObject({ code: 'search_unavailable' })
  await expect(findAliasTargets(client, 'image')).rejects.toMatchObject({ code: 'search_unavailable' })
  const index = { name: 'image-a', settings: {}, mappings: {}, aliases: [] }
  await expect(createIndex(client, index)).rejects.toThrow()
})

test('only a 404 response of OpenSearch is evidence that an index does not exist', async () => {
  const error = { type: 'index_not_found_exception', reason: 'no such index [image-a]' }
  respond = (response) =>
    response
      .writeHead(404, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error, status: 404 }))
  expect(await getIndex(client, 'image-a')).toBeNull()
  expect(await findAliasTargets(client, 'image')).toEqual([])
})

test('a node without a task list in its response leaves unknown whether requests are running', async () => {
  const failure = { type: 'failed_node_exception', reason: 'Failed node [n2]', node_id: 'n2' }
  respond = (response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ node_failures: [failure], tasks: [] }))
  const wait = { clock: systemClock, signal: new AbortController().signal }
  const unknown = { code: 'search_unavailable', details: { node_failures: [failure] } }
  const all = () => true
  await expect(endSearchTasks(client, all, wait)).rejects.toMatchObject(unknown)
  await expect(findSearchTasks(client, all)).rejects.toMatchObject(unknown)
  await expect(waitForBulks(client, { index: 'image-a', taskId: 'a' }, wait)).rejects.toMatchObject(unknown)
})

test.each([
  ['a page with status 200', 'text/html', page],
  ['nothing', 'application/json', ''],
  ['an empty object', 'application/json', '{}'],
  ['items without a status', 'application/json', '{"items":[{"index":{}}]}'],
  ['items of the wrong type', 'application/json', '{"items":[null]}'],
])('after %s for a bulk request, the task waits and sends the documents again', async (_name, type, body) => {
  respond = (response) => response.writeHead(200, { 'content-type': type }).end(body)
  const writer = createBulkWriter({
    client,
    alias: 'image-ingest',
    index: 'image-a',
    targetBodyLength: 1_000,
    maxInFlight: 1,
    learned: {},
    isWaiting: false,
    clock: systemClock,
    signal: new AbortController().signal,
  })
  const documents = new BulkBody()
  documents.delete('1')
  await expect(writer.write(documents)).rejects.toMatchObject({ code: 'search_unavailable' })
})

test('a response with status 200 that is not from OpenSearch does not confirm a change', async () => {
  respond = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  await expect(blockWrites(client, 'image-ingest')).rejects.toMatchObject({ code: 'search_unavailable' })
})

test.each([
  ['a page with status 200', 'text/html', page],
  ['JSON of another program', 'application/json', '{"status":0}'],
])('%s is not used as health, nodes, aliases or documents', async (_name, type, body) => {
  respond = (response) => response.writeHead(200, { 'content-type': type }).end(body)
  for (const question of [
    () => readHealth(client, 'image-a'),
    () => countDataNodes(client),
    () => countMatches(client, 'image-a', { match_all: {} }),
    () => listWriteAliases(client, ['image-*']),
  ])
    await expect(question()).rejects.toMatchObject({ code: 'search_unavailable' })
})
