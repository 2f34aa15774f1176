import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { taskCallbackSchema, taskSchema } from '@ingestion-server/core/contract'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { postJson } from './support/app-harness.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`

interface Received {
  headers: Record<string, string>
  body: string
}

let database: TestDatabase
let server: ServerProcess
let receiver: Listening
let receiverUrl: string
const received: Received[] = []

beforeAll(async () => {
  const onWebhook: RequestListener = (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      // Each value that the test reads is sent once.
      received.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(204).end()
    })
  }
  receiver = await listen(createServer(onWebhook))
  receiverUrl = `${receiver.url}/done`
  // The database has no tables, so tasks fail at their start.
  database = await createTestDatabase(postgresUrl())
  server = await startServerProcess({
    DATABASE_URL: database.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
    WEBHOOK_SECRET: secret,
    WEBHOOK_ALLOWED_HOSTS: '127.0.0.1:*',
    WEBHOOK_ALLOW_PRIVATE: 'true',
  })
})
afterAll(async () => {
  await server.stop()
  await database.drop()
  await receiver.close()
})

test("a task's end is sent once to its webhook, signed", async () => {
  const { task_id } = await server.submit({ model: 'image', action: 'REINDEX', callback_url: receiverUrl })
  await server.waitForEnd(task_id)
  await expect.poll(() => received.length, { timeout: 60_000 }).toBe(1)
  const { body, headers } = received[0] as Received // it has arrived
  expect(taskSchema.parse(new Webhook(secret).verify(body, headers))).toMatchObject({
    task_id,
    active: false,
    error: { code: 'table_not_found' },
  })
  const fared = async () => {
    const response = await fetch(`${server.baseUrl}/task/${task_id}/callback`)
    return taskCallbackSchema.strict().parse(await response.json())
  }
  // Set once the queue has stored the response.
  await expect
    .poll(fared, { timeout: 20_000 })
    .toMatchObject({ url: receiverUrl, state: 'delivered', tries: 1, answer_status: 204 })
})

test('receivers that do not respond do not delay others', async () => {
  let connections = 0
  const silent = createSocketServer(() => void connections++)
  const { url } = await listen(silent)
  try {
    const before = received.length
    for (let n = 0; n < 6; n++) {
      const { task_id } = await server.submit({
        model: 'image',
        action: 'REINDEX',
        callback_url: `${url}/${n}`,
      })
      await server.waitForEnd(task_id)
    }
    await expect.poll(() => connections, { timeout: 60_000 }).toBeGreaterThan(0)
    const { task_id } = await server.submit({ model: 'image', action: 'REINDEX', callback_url: receiverUrl })
    await server.waitForEnd(task_id)
    await expect.poll(() => received.length, { timeout: 60_000 }).toBe(before + 1)
    // If sent one after the other, each would wait for the previous one.
    expect(connections).toBeLessThan(6)
  } finally {
    silent.close()
  }
})

test('a host that is not allowed is refused before a task is created', async () => {
  const body = { model: 'audio', action: 'REINDEX', callback_url: 'http://169.254.169.254/latest/meta-data/' }
  const response = await fetch(`${server.baseUrl}/task`, postJson(body))
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: 'callback_forbidden' })
})
