import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { systemClock, taskSchema, type TaskRecord } from '@ingestion-server/core'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import { createTaskRecord } from '../../test/support/task-record.ts'
import { WebhookFailedError, WebhookForbiddenError } from './webhook-errors.ts'
import { createWebhooks } from './webhooks.ts'
import { postWebhook, type PostOptions } from './post-webhook.ts'

const secret = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`

interface Received {
  headers: Record<string, string>
  body: string
  path: string
}

let received: Received[]
let answer: (response: ServerResponse) => void
let port: number
let receiver: Listening

beforeEach(async () => {
  received = []
  answer = (response) => response.writeHead(204).end()
  const server = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      // Each value that the tests read is sent once.
      received.push({ headers: request.headers as Record<string, string>, body, path: request.url ?? '' })
      answer(response)
    })
  })
  receiver = await listen(server)
  port = receiver.port
})
afterEach(() => receiver.close())

function createHarness(record: Partial<TaskRecord>, options: Partial<PostOptions> = {}) {
  const { log, lines } = collectLines()
  const policy = options.policy ?? { allowedHosts: ['*:*'], allowPrivate: true }
  const task = createTaskRecord({
    status: 'succeeded',
    phase: 'done',
    finishedAt: '2026-11-24T05:00:00.000Z',
    ...record,
  })
  const webhooks = createWebhooks({
    policy,
    secret,
    getTask: async (id) => (id === task.id ? task : null),
    post: (message, given) => postWebhook(message, { ...given, ...options }),
    clock: systemClock,
    log,
  })
  return { deliver: () => webhooks.deliver(task.id), lines, task }
}

describe('the webhook of a task that has ended', () => {
  test('is signed so that any library for Standard Webhooks can verify it', async () => {
    const { deliver, task } = createHarness({ callbackUrl: `http://localhost:${port}/done?build=7` })
    await deliver()
    expect(received).toHaveLength(1)
    const [message] = received
    expect(message?.path).toBe('/done?build=7')
    expect(message?.headers['content-type']).toBe('application/json')
    const body = new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})
    expect(taskSchema.parse(body)).toMatchObject({ task_id: task.id, active: false, status: 'succeeded' })
  })

  test('has the same id at every attempt, and another one when it ended again', async () => {
    const callbackUrl = `http://localhost:${port}/`
    const first = createHarness({ callbackUrl })
    await first.deliver()
    await first.deliver()
    await createHarness({ callbackUrl, attempt: 2 }).deliver()
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect(ids[0]).toBe(ids[1])
    expect(ids[2]).not.toBe(ids[0])
  })

  test.each([301, 302, 307, 400, 404, 500, 503])('is sent again after response %i', async (status) => {
    answer = (response) =>
      response.writeHead(status, { Location: `http://localhost:${port}/elsewhere` }).end()
    const { deliver } = createHarness({ callbackUrl: `http://localhost:${port}/` })
    await expect(deliver()).rejects.toThrow(WebhookFailedError)
    expect(received.map(({ path }) => path)).toEqual(['/'])
  })

  test('is not sent again after response 410', async () => {
    answer = (response) => response.writeHead(410).end()
    const { deliver, lines } = createHarness({ callbackUrl: `http://localhost:${port}/` })
    await deliver()
    expect(lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('no further attempt') as string },
    ])
  })

  test('is delivered although the response never ends', async () => {
    answer = (response) => response.writeHead(200).write('and so on')
    await createHarness({ callbackUrl: `http://localhost:${port}/` }).deliver()
    expect(received).toHaveLength(1)
  })

  test('is sent again if the receiver is unavailable', async () => {
    await receiver.close()
    const { deliver } = createHarness({ callbackUrl: `http://localhost:${port}/` })
    await expect(deliver()).rejects.toThrow(WebhookFailedError)
  })
})

describe('no webhook is sent', () => {
  test.each<[string, Partial<TaskRecord>]>([
    ['for a task without webhook', { callbackUrl: null }],
    ['for a task that runs again', { status: 'queued', finishedAt: null }],
  ])('%s', async (_name, record) => {
    await createHarness({ callbackUrl: `http://localhost:${port}/`, ...record }).deliver()
    expect(received).toEqual([])
  })

  test('to a host that is no longer allowed', async () => {
    const policy = { allowedHosts: ['example.org'], allowPrivate: true }
    const { deliver, lines } = createHarness({ callbackUrl: `http://localhost:${port}/` }, { policy })
    await deliver()
    expect(received).toEqual([])
    expect(lines).toMatchObject([{ level: 'error', error: { code: 'callback_forbidden' } }])
  })

  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '169.254.169.254', '10.0.0.1'])(
    'to a name that resolves to %s',
    async (address) => {
      const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
      const policy = { allowedHosts: ['*:*'], allowPrivate: false }
      const message = { url: `http://rebound.example:${port}/`, headers: {}, body: '{}' }
      await expect(postWebhook(message, { policy, resolve })).rejects.toThrow(WebhookForbiddenError)
      expect(received).toEqual([])
    },
  )

  test('to a name with one public address and one that is not', async () => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    const policy = { allowedHosts: ['*:*'], allowPrivate: false }
    const message = { url: `http://both.example:${port}/`, headers: {}, body: '{}' }
    await expect(postWebhook(message, { policy, resolve })).rejects.toThrow(WebhookForbiddenError)
    expect(received).toEqual([])
  })
})

test('the webhook connects to the address that was checked: the name is resolved once', async () => {
  let asked = 0
  const resolve = async () => {
    asked++
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const policy = { allowedHosts: ['*.example:*'], allowPrivate: true }
  const message = { url: `http://once.example:${port}/here`, headers: { 'X-Test': '1' }, body: '{"a":"ü"}' }
  expect(await postWebhook(message, { policy, resolve })).toBe(204)
  expect(asked).toBe(1)
  expect(received).toMatchObject([
    { path: '/here', body: '{"a":"ü"}', headers: { host: `once.example:${port}` } },
  ])
})
