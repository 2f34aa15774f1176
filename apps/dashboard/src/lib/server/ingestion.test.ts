import { createServer } from 'node:http'
import { listen } from '@ingestion-server/local-services/listen'
import { UnavailableError } from '@ingestion-server/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { createIngestion } from './ingestion.ts'

test('a page does not wait for a service that is unavailable for seconds', async () => {
  let requests = 0
  const server = createServer((_, response) => {
    requests++
    response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '5' })
    response.end(
      JSON.stringify({ status: 503, code: 'search_unavailable', title: '', detail: 'unavailable' }),
    )
  })
  const { url, close } = await listen(server)
  onTestFinished(close)
  const client = createIngestion({ url, token: undefined }).as('ada')
  await expect(client.indices.list()).rejects.toBeInstanceOf(UnavailableError)
  expect(requests).toBe(1)
})
