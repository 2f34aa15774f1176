import { scheduledTaskSchema } from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createAppHarness, postJson } from '../../test/support/app-harness.ts'

const listed = 'https://app.example.org'
const foreign = 'https://elsewhere.example'
const reindex = { model: 'image', action: 'REINDEX', index_suffix: 'a' }
const token = 'a-long-enough-token'

function preflight(origin: string, headers = 'authorization,content-type,idempotency-key,prefer') {
  return {
    method: 'OPTIONS',
    headers: {
      Origin: origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': headers,
    },
  }
}
const names = (response: Response, header: string) =>
  (response.headers.get(header) ?? '').split(',').map((name) => name.trim().toLowerCase())

describe.each([
  ['without a token', {}, {}],
  ['with API_TOKEN', { access: { kind: 'token', token } as const }, { Authorization: `Bearer ${token}` }],
])('a page of a listed origin, %s,', (_name, access, authorization) => {
  const { send } = createAppHarness({ ...access, corsOrigins: ['http://localhost:3000', listed] })

  test('may send a preflight request without a token', async () => {
    const response = await send('/task', preflight(listed))
    expect(response.status).toBe(204)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(listed)
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull()
    expect(names(response, 'Access-Control-Allow-Methods')).toEqual(
      expect.arrayContaining(['get', 'post', 'patch', 'delete']),
    )
    expect(names(response, 'Access-Control-Allow-Headers')).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'idempotency-key',
        'ingestion-actor',
        'last-event-id',
        'prefer',
      ]),
    )
    expect(Number(response.headers.get('Access-Control-Max-Age'))).toBeGreaterThan(0)
  })

  test('starts a task and reads the response headers', async () => {
    const response = await send('/task', postJson(reindex, { Origin: listed, ...authorization }))
    expect(response.status).toBe(202)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(listed)
    expect(response.headers.get('Vary')).toContain('Origin')
    expect(names(response, 'Access-Control-Expose-Headers')).toEqual(
      expect.arrayContaining(['location', 'retry-after', 'x-request-id']),
    )
    const { task_id } = scheduledTaskSchema.parse(await response.json())
    const headers = { Origin: listed, Accept: 'text/event-stream', ...authorization }
    const stream = await send(`/task/${task_id}/events`, { headers })
    expect(stream.headers.get('Access-Control-Allow-Origin')).toBe(listed)
    await stream.body?.cancel()
  })

  test('reads the reason of a refusal', async () => {
    const refusals = [
      await send('/task', postJson({}, { Origin: listed, ...authorization })),
      await send('/nothing', { headers: { Origin: listed, ...authorization } }),
      await send('/task', { method: 'PUT', headers: { Origin: listed, ...authorization } }),
      await send('/task', { headers: { Origin: listed, Authorization: 'Bearer wrong-token' } }),
    ]
    for (const response of refusals) {
      expect(response.headers.get('Access-Control-Allow-Origin')).toBe(listed)
      expect(names(response, 'Access-Control-Expose-Headers')).toContain('x-request-id')
    }
  })
})

describe('a page of any other origin', () => {
  test.each([
    foreign,
    'null',
    `${listed}.evil.example`,
    `${listed}:8443`,
    'http://app.example.org',
    'HTTPS://APP.EXAMPLE.ORG',
  ])('is refused as without CORS: %s', async (origin) => {
    const { send, submitted } = createAppHarness({ corsOrigins: [listed] })
    for (const response of [
      await send('/task', preflight(origin)),
      await send('/task', postJson(reindex, { Origin: origin })),
      await send('/task', { headers: { Origin: origin } }),
    ]) {
      expect(response.status).toBeGreaterThanOrEqual(403)
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(response.headers.get('Vary')).toContain('Origin')
    }
    expect(submitted).toEqual([])
  })

  test("can't read a response with a token either", async () => {
    const { send } = createAppHarness({ access: { kind: 'token', token }, corsOrigins: [listed] })
    const headers = { Origin: foreign, Authorization: `Bearer ${token}` }
    const response = await send('/task', { headers })
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })
})

test('a listed origin does not allow an unknown Host, and JSON stays the only content type', async () => {
  const { app, send } = createAppHarness({ corsOrigins: [listed] })
  const rebound = await app.request('http://evil.example/task', { headers: { Origin: listed } })
  expect(rebound.status).toBe(403)
  expect(await rebound.json()).toMatchObject({ code: 'foreign_host' })
  const init = postJson(reindex, { Origin: listed, 'Content-Type': 'text/plain' })
  expect((await send('/task', init)).status).toBe(415)
})

test('with * any page may call with its token', async () => {
  const { send } = createAppHarness({ access: { kind: 'token', token }, corsOrigins: '*' })
  expect((await send('/task', preflight(foreign))).headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect((await send('/task', { headers: { Origin: foreign } })).status).toBe(401)
  const headers = { Origin: foreign, Authorization: `Bearer ${token}` }
  expect((await send('/task', { headers })).status).toBe(200)
})
