import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UnavailableError } from '@ingestion-server/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { createIngestion } from './ingestion.ts'

test('a page does not wait for a service that is away for seconds', async () => {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '5' })
    response.end(JSON.stringify({ status: 503, code: 'search_unavailable', title: '', detail: 'away' }))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = createIngestion({ url: `http://127.0.0.1:${port}`, token: undefined }).as('ada')
  await expect(client.indices.list()).rejects.toBeInstanceOf(UnavailableError)
  expect(requests).toBe(1)
})
