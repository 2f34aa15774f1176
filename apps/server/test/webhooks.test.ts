import { createServer, type RequestListener } from 'node:http'
import { createServer as createSocketServer, type Socket } from 'node:net'
import { taskCallbackSchema, taskSchema } from '@ingestion-server/core/contract'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { postJson } from './support/app-harness.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`

interface Received {
  headers: Record<string, string>
  body: string
  /** Connections to the receiver that does not respond, at that time. */
  silent: Socket[]
}

let database: TestDatabase
let server: ServerProcess
let receiver: Listening
let receiverUrl: string
const received: Received[] = []
const silent = new Set<Socket>()

beforeAll(async () => {
  const onWebhook: RequestListener = (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      // Each value that the test reads is sent once.
      received.push({ headers: request.headers as Record<string, string>, body, silent: [...silent] })
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

/** @returns its id */
async function runTask(callback_url: string): Promise<string> {
  const { task_id } = await server.submit({ model: 'image', action: 'REINDEX', callback_url })
  await server.waitForEnd(task_id)
  return task_id
}

test("a task's end is sent once to its webhook, signed", async () => {
  const task_id = await runTask(receiverUrl)
  await expect.poll(() => received.length).toBe(1)
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
    .poll(fared)
    .toMatchObject({ url: receiverUrl, state: 'delivered', tries: 1, answer_status: 204 })
})

test('receivers that do not respond do not delay others', async () => {
  const { url, close } = await listen(
    createSocketServer((socket) => {
      silent.add(socket)
      // The server closes it after its timeout.
      socket.on('error', () => undefined).on('close', () => silent.delete(socket))
      socket.resume()
    }),
  )
  onTestFinished(async () => {
    for (const socket of silent) socket.destroy()
    await close()
  })
  for (let n = 0; n < 6; n++) await runTask(`${url}/${n}`)
  await until('a connection to the receiver that does not respond', () => silent.size > 0)
  // If sent one after the other, no connection would be open before and after another webhook was received. Between two
  // attempts none is open either, so there may be more rounds.
  const deliver = async () => {
    const { length } = received
    await runTask(`${url}/more`)
    await runTask(receiverUrl)
    await until('the webhook', () => received.length > length)
    // A connection that was closed before is known to be closed after a call.
    await fetch(`${server.baseUrl}/livez`)
    return received.at(-1)?.silent.some((socket) => silent.has(socket))
  }
  await until('a webhook that is received while another receiver does not respond', deliver)
})

test('a host that is not allowed is refused before a task is created', async () => {
  const body = { model: 'audio', action: 'REINDEX', callback_url: 'http://169.254.169.254/latest/meta-data/' }
  const response = await fetch(`${server.baseUrl}/task`, postJson(body))
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ code: 'callback_forbidden' })
})
