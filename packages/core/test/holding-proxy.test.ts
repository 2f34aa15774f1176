import { createServer } from 'node:http'
import { listen } from '@ingestion-server/local-services/listen'
import { expect, onTestFinished, test } from 'vitest'
import { startHoldingProxy } from './support/holding-proxy.ts'
import { throughProxy } from './support/tcp-proxy.ts'
import { until } from './support/until.ts'

test('a hold that is requested during another one begins with the first bulk request after it', async () => {
  const received: string[] = []
  const server = createServer((request, response) => {
    received.push(request.url ?? '')
    response.end()
  })
  const { port, close } = await listen(server)
  const target = `http://127.0.0.1:${port}`
  const proxy = await startHoldingProxy(target)
  onTestFinished(async () => {
    await proxy.stop()
    await close()
  })
  const post = (index: string) =>
    fetch(`${throughProxy(target, proxy)}${index}/_bulk`, { method: 'POST', body: '{}' })

  const first = proxy.holdNextBulk()
  const responses = [post('a')]
  await first
  const second = proxy.holdNextBulk()
  // Arrives while the first one is held, as of a worker that sends several at once.
  responses.push(post('b'))
  await until('both requests to arrive', () => proxy.heldConnections() === 2)
  await proxy.release()
  await Promise.all(responses)
  expect(received.toSorted()).toEqual(['/a/_bulk', '/b/_bulk'])

  const last = post('c')
  await second
  expect(received).toHaveLength(2)
  await proxy.release()
  await last
  expect(received.at(-1)).toBe('/c/_bulk')
})
