import * as core from '@ingestion-server/core'
import { IngestionError } from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import * as tokenErrors from '../auth/token-errors.ts'
import { WebhookForbiddenError } from '../webhooks/webhook-errors.ts'
import { createAppHarness } from '../../test/support/app-harness.ts'
import { objectWith, textWith } from '../../test/support/matchers.ts'
import { hasProblemType } from './on-error.ts'
import * as requestErrors from './request-errors.ts'

describe('routes', () => {
  test.each([
    ['/nothing', 'GET'],
    ['/task/', 'GET'],
    ['/task/a/b', 'GET'],
    ['/nothing', 'POST'],
    ['/__proto__', 'GET'],
  ])('%s %s is 404', async (path, method) => {
    const response = await createAppHarness().send(path, { method })
    expect(response.status).toBe(404)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'not_found', request_id: 'made-1' })
  })

  test.each([
    ['DELETE', '/task', 'GET, HEAD, POST'],
    ['PUT', '/task/018f2b2e-7c1a-7000-8000-000000000001', 'GET, HEAD, PATCH'],
    ['GET', '/task/018f2b2e-7c1a-7000-8000-000000000001/retry', 'POST'],
    ['POST', '/livez', 'GET, HEAD'],
    ['PATCH', '/task/summary', 'GET, HEAD'],
    ['PROPFIND', '/', 'GET, HEAD'],
  ])('%s %s is 405 with the allowed methods', async (method, path, allow) => {
    const response = await createAppHarness().send(path, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', request_id: 'made-1' })
    expect(response.headers.get('Allow')?.split(', ').toSorted()).toEqual(allow.split(', ').toSorted())
  })

  test('HEAD returns the headers of GET without the body', async () => {
    const response = await createAppHarness().send('/task', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })
})

describe('request ids', () => {
  test.each(['abc', 'A.b_c-1', 'x'.repeat(128)])('are taken from the request: %s', async (id) => {
    const { send, lines } = createAppHarness()
    const response = await send('/nothing', { headers: { 'X-Request-Id': id } })
    expect(response.headers.get('X-Request-Id')).toBe(id)
    expect(await response.json()).toMatchObject({ request_id: id })
    expect(lines).toMatchObject([{ request_id: id, status: 404, path: '/nothing' }])
  })

  test.each(['', 'a b', 'a"b', '<script>', 'ä', 'x'.repeat(129)])(
    'are replaced if invalid: %j',
    async (id) => {
      const { send } = createAppHarness()
      const response = await send('/livez', { headers: { 'X-Request-Id': id } })
      expect(response.headers.get('X-Request-Id')).toBe('made-1')
    },
  )
})

describe('errors', () => {
  test('without a code show the caller no internals, and are logged in full', async () => {
    const { post, lines } = createAppHarness({
      submit: () => Promise.reject(new TypeError('password s3cret is undefined')),
    })
    const response = await post({ model: 'image', action: 'REINDEX' })
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error', request_id: 'made-1' })
    expect(text).not.toContain('s3cret')
    expect(lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        request_id: 'made-1',
        error: objectWith({ stack: textWith('s3cret') }),
      }),
    )
  })

  test('with a code but without a problem type are answered like unexpected errors', async () => {
    class NewError extends IngestionError {
      readonly code = 'brand_new'
    }
    const { post } = createAppHarness({
      submit: () => Promise.reject(new NewError('inside', { details: { inside: 1 } })),
    })
    const response = await post({ model: 'image', action: 'REINDEX' })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('inside')
  })

  test('of core and of this server all have a problem type', () => {
    const own = [...Object.values(requestErrors), ...Object.values(tokenErrors), WebhookForbiddenError]
    const classes = [...Object.values(core), ...own].filter(
      (value): value is typeof IngestionError =>
        typeof value === 'function' && value.prototype instanceof IngestionError,
    )
    expect(classes.length).toBeGreaterThan(20)
    // Only instances have a code; these are created without arguments, which no code depends on.
    const codes = classes.map((type) => (Reflect.construct(type, [[], [], []]) as IngestionError).code)
    expect(codes.filter((code) => !hasProblemType(code))).toEqual([])
  })

  test('of a driver are recognized', async () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
    const { post } = createAppHarness({ submit: () => Promise.reject(refused) })
    const response = await post({ model: 'image', action: 'REINDEX' })
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(await response.json()).toMatchObject({ code: 'database_unavailable' })
  })
})
