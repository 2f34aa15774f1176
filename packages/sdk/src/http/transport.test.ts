import { describe, expect } from 'vitest'
import { rejection, test } from '../../test/client-test.ts'
import type { Step } from '../../test/scripted-server.ts'
import { problem, scheduledTask, succeededTask, taskId } from '../../test/wire.ts'
import {
  ConnectionError,
  type IngestionError,
  InvalidResponseError,
  RateLimitedError,
  UnavailableError,
  UnprocessableError,
} from '../index.ts'

const good = { json: succeededTask() }
const scheduled = { status: 202, json: scheduledTask() }
const busy = { status: 503, json: problem(503, 'search_unavailable') }
const html = (status: number): Step => ({ status, text: '<html>\n  <h1>Bad   Gateway</h1></html>' })

describe('a GET', () => {
  const passing: [string, Step][] = [
    ['a reset connection', 'reset'],
    ['a response that is cut off', 'cut'],
    ['429', { status: 429, json: problem(429, 'rate_limited') }],
    ['502 with a page', html(502)],
    ['503', busy],
    ['504 with a page', html(504)],
  ]
  test.for(passing)('is sent again after %s', async ([, step], { server, client, clock }) => {
    server.play(step, good)
    expect((await client.tasks.get(taskId)).status).toBe('succeeded')
    expect(clock.slept).toEqual([500])
  })

  test('is sent again three times with growing delays, and then fails with the last error', async ({
    server,
    client,
    clock,
  }) => {
    server.play(busy, 'reset', busy, busy)
    expect(await rejection(client.tasks.get(taskId))).toBeInstanceOf(UnavailableError)
    expect(clock.slept).toEqual([500, 1_000, 2_000])
    expect(server.requests).toHaveLength(4)
  })

  test('is not sent again if retries is 0', async ({ server, connect }) => {
    server.play(busy)
    expect(await rejection(connect({ retries: 0 }).tasks.get(taskId))).toBeInstanceOf(UnavailableError)
    expect(server.requests).toHaveLength(1)
  })

  const lasting: Step[] = [
    { status: 500, json: problem(500, 'internal') },
    { status: 404, json: problem(404, 'task_not_found') },
    { status: 502, json: problem(502, 'search_refused') },
    html(200),
  ]
  test.for(lasting)('is not sent again after %o', async (step, { server, client }) => {
    server.play(step)
    await rejection(client.tasks.get(taskId))
    expect(server.requests).toHaveLength(1)
  })

  test('without a response in time fails like a lost connection', async ({ server, connect }) => {
    server.play('hang')
    const client = connect({ requestTimeoutMs: 30, retries: 0 })
    const { signal } = new AbortController()
    const error = await rejection(client.tasks.get(taskId, { signal }))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ neverSent: false, cause: { name: 'TimeoutError' } })
    expect(String(error)).toMatch(/^ConnectionError: GET http:\/\/127.*: no response within 30 ms$/)
  })
})

describe('Retry-After', () => {
  test('in seconds is used if it is longer than the backoff', async ({ server, client, clock }) => {
    const step = { status: 429, json: problem(429, 'rate_limited'), headers: { 'retry-after': '7' } }
    server.play(step, good)
    await client.tasks.get(taskId)
    expect(clock.slept).toEqual([7_000])
  })

  test('as a date is used', async ({ server, client, clock }) => {
    const date = new Date(clock.now() + 9_000).toUTCString()
    server.play({ ...busy, headers: { 'retry-after': date } }, good)
    await client.tasks.get(taskId)
    expect(clock.slept).toEqual([9_000])
  })

  test('in the response of a proxy is used too', async ({ server, client, clock }) => {
    server.play({ status: 503, text: 'maintenance', headers: { 'retry-after': '3' } }, good)
    await client.tasks.get(taskId)
    expect(clock.slept).toEqual([3_000])
  })

  test('of more than maxRetryAfterMs is left to the caller', async ({ server, connect, clock }) => {
    const step = { ...busy, headers: { 'retry-after': '5' } }
    server.play(step, step, good)
    expect(await rejection(connect({ maxRetryAfterMs: 4_999 }).tasks.get(taskId))).toBeInstanceOf(
      UnavailableError,
    )
    expect(clock.slept).toEqual([])
    expect((await connect({ maxRetryAfterMs: 5_000 }).tasks.get(taskId)).status).toBe('succeeded')
    expect(clock.slept).toEqual([5_000])
  })

  test('of more than a minute is left to the caller', async ({ server, client, clock }) => {
    server.play({ status: 429, json: problem(429, 'rate_limited'), headers: { 'retry-after': '61' } })
    const error = await rejection(client.tasks.get(taskId))
    expect(error).toBeInstanceOf(RateLimitedError)
    expect(error).toMatchObject({ retryAfterMs: 61_000 })
    expect(clock.slept).toEqual([])
  })
})

describe('a POST', () => {
  test.for([429, 503])(
    'is sent again after %d, because the server did nothing',
    async (status, { server, client, clock }) => {
      server.play({ status, json: problem(status, 'busy') }, scheduled)
      await client.reindex({ model: 'image', indexSuffix: 'a' })
      expect(clock.slept).toEqual([500])
      expect(server.requests[1]?.body).toEqual(server.requests[0]?.body)
    },
  )

  test('is sent again if the connection was refused', async ({ server, client, clock }) => {
    await server.stop()
    server.play(scheduled)
    clock.duringSleep = () => server.start()
    expect((await client.reindex({ model: 'image' })).id).toBe(taskId)
    expect(server.requests).toHaveLength(1)
  })

  const unsure: Step[] = ['reset', 'cut', html(502), html(504)]
  test.for(unsure)(
    'with a key is sent again with the same key after %j',
    async (step, { server, client }) => {
      server.play(step, step, scheduled)
      expect((await client.reindex({ model: 'image' })).id).toBe(taskId)
      const keys = server.requests.map(({ headers }) => headers['idempotency-key'])
      expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
      expect(keys).toEqual([keys[0], keys[0], keys[0]])
      expect(server.requests[2]?.body).toEqual(server.requests[0]?.body)
    },
  )

  test.for(unsure)(
    'without a key is not sent again after %j, because it may have been done',
    async (step, { server, client }) => {
      server.play(step)
      const error = await rejection(client.tokens.create({ name: 'nightly', scopes: ['read'] }))
      expect([ConnectionError.name, InvalidResponseError.name]).toContain((error as Error).name)
      expect(server.requests).toHaveLength(1)
      expect(server.requests[0]?.headers).not.toHaveProperty('idempotency-key')
    },
  )

  test('whose key was used for another request fails immediately', async ({ server, client }) => {
    server.play({ status: 422, json: problem(422, 'idempotency_key_reused') })
    const error = await rejection(client.reindex({ model: 'image' }, { idempotencyKey: 'k' }))
    expect(error).toBeInstanceOf(UnprocessableError)
    expect(server.requests).toHaveLength(1)
  })

  test('that no server accepts fails with neverSent', async ({ server, client, clock }) => {
    await server.stop()
    const error = await rejection(client.reindex({ model: 'image' }))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ code: 'connection_failed', neverSent: true })
    expect(String(error)).toContain(`POST ${server.url}/task failed`)
    expect(String(error)).toContain('ECONNREFUSED')
    expect(clock.slept).toHaveLength(3)
  })

  const arrived: Step[] = [...unsure, busy, { status: 429, json: problem(429, 'rate_limited') }]
  test.for(arrived)(
    'that met %j first and then a refused connection does not fail with neverSent',
    async (step, { server, client, clock }) => {
      server.play(step)
      clock.duringSleep = () => server.stop()
      const error = await rejection(client.reindex({ model: 'image' }))
      expect(error).toBeInstanceOf(ConnectionError)
      expect(error).toMatchObject({ neverSent: false, cause: { cause: { code: 'ECONNREFUSED' } } })
      expect(clock.slept).toHaveLength(3)
    },
  )

  test('without a key that got 503 and then refused connections does not fail with neverSent', async ({
    server,
    client,
    clock,
  }) => {
    server.play(busy)
    clock.duringSleep = () => server.stop()
    const error = await rejection(client.tokens.create({ name: 'nightly', scopes: ['read'] }))
    expect(error).toMatchObject({ neverSent: false, idempotencyKey: undefined })
    expect(clock.slept).toHaveLength(3)
  })

  test('can be sent again by the caller with the key of its error, after any failure', async ({
    server,
    connect,
  }) => {
    const client = connect({ retries: 0 })
    const answers: Step[] = [...unsure, busy, { status: 202, json: { other: 'shape' } }]
    for (const step of answers) {
      server.play(step, scheduled)
      const error = await rejection(client.reindex({ model: 'image' }))
      const { idempotencyKey } = error as IngestionError
      await client.reindex({ model: 'image' }, { idempotencyKey })
      const [first, second] = server.requests.slice(-2).map(({ headers }) => headers['idempotency-key'])
      expect(first).toBe(idempotencyKey)
      expect(second).toBe(first)
    }
  })
})
