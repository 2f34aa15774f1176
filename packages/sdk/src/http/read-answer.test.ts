import { describe, expect } from 'vitest'
import { rejection, test } from '../../test/client-test.ts'
import { problem, scheduledTask, taskId } from '../../test/wire.ts'
import {
  BadRequestError,
  ConflictError,
  ForbiddenError,
  IngestionApiError,
  IngestionError,
  InvalidResponseError,
  isCode,
  NotFoundError,
  RateLimitedError,
  ServerError,
  UnauthorizedError,
  UnavailableError,
  UnprocessableError,
} from '../index.ts'

describe('a problem', () => {
  const classes = [
    [400, BadRequestError],
    [401, UnauthorizedError],
    [403, ForbiddenError],
    [404, NotFoundError],
    [409, ConflictError],
    [422, UnprocessableError],
    [429, RateLimitedError],
    [500, ServerError],
    [501, ServerError],
    [502, UnavailableError],
    [503, UnavailableError],
    [504, UnavailableError],
  ] as const
  test.for(classes)('of status %d has its own class', async ([status, expected], { server, connect }) => {
    server.play({ status, json: problem(status, 'some_code', { request_id: 'r-1' }) })
    const error = await rejection(connect({ retries: 0 }).reindex({ model: 'image' }))
    expect(error).toBeInstanceOf(expected)
    expect(error).toBeInstanceOf(IngestionApiError)
    expect(error).toMatchObject({
      name: expected.name,
      message: 'some_code happened',
      status,
      code: 'some_code',
      requestId: 'r-1',
      problem: { title: 'Refused', request_id: 'r-1' },
    })
  })

  test('with errors lists them all, also in its message', async ({ server, client }) => {
    const errors = [
      { pointer: '/index_suffix', detail: 'must not be "filtered"' },
      { pointer: '', detail: 'must be an object' },
    ]
    server.play({
      status: 400,
      json: problem(400, 'invalid_request', { title: 'Invalid request', errors }),
    })
    const error = await rejection(client.reindex({ model: 'image', indexSuffix: 'filtered' }))
    expect(error).toMatchObject({
      errors,
      message: 'Invalid request: /index_suffix must not be "filtered"; body must be an object',
    })
  })

  test('of a busy index names the conflicting task', async ({ server, client }) => {
    const json = problem(409, 'index_busy', { task_id: taskId, index: 'image-a' })
    server.play({ status: 409, json })
    const error = await rejection(client.deleteIndex({ model: 'image', indexSuffix: 'a' }))
    expect(error).toMatchObject({ blockingTaskId: taskId, index: 'image-a' })
    expect(isCode(error, 'index_busy')).toBe(true)
    expect(isCode(error, 'index_exists')).toBe(false)
    expect(isCode(new Error('index_busy'), 'index_busy')).toBe(false)
  })

  test('without a request id uses that of the header', async ({ server, client }) => {
    server.play({ status: 404, json: problem(404, 'task_not_found'), headers: { 'x-request-id': 'r-2' } })
    expect(await rejection(client.tasks.get(taskId))).toMatchObject({ requestId: 'r-2' })
  })
})

describe('a response that is not from the API', () => {
  const strange = [
    [
      200,
      { text: '<html>\n  <h1>Welcome   to nginx!</h1></html>' },
      '<html> <h1>Welcome to nginx!</h1></html>',
    ],
    [404, { text: '<html>Not Found</html>' }, '<html>Not Found</html>'],
    [500, { json: { message: 'no healthy upstream' } }, '{"message":"no healthy upstream"}'],
    [400, { json: null }, 'null'],
    [400, { json: problem(400, 'x', { errors: 'none' as never }) }, '"errors":"none"'],
    [204, { text: '' }, ''],
    [200, { text: '' }, ''],
  ] as const
  test.for(strange)(
    'is an InvalidResponseError: %d %o',
    async ([status, step, excerpt], { server, client }) => {
      server.play({ status, ...step })
      const error = await rejection(client.tasks.get(taskId))
      expect(error).toBeInstanceOf(InvalidResponseError)
      expect(error).toBeInstanceOf(IngestionError)
      expect(error).toMatchObject({
        status,
        code: 'invalid_response',
        excerpt: expect.stringContaining(excerpt) as string,
      })
      expect(String(error)).toContain(`GET ${server.url}/task/${taskId} was answered with status ${status}`)
    },
  )

  test('is an InvalidResponseError also if it is JSON, but not a task', async ({ server, client }) => {
    for (const json of [{}, [], null, 'task', { task_id: 1, active: true }, { task_id: taskId }]) {
      server.play({ json })
      expect(await rejection(client.tasks.get(taskId))).toBeInstanceOf(InvalidResponseError)
    }
    server.play({ status: 202, json: { ...scheduledTask(), task: undefined } })
    const error = await rejection(client.reindex({ model: 'image' }))
    expect(error).toMatchObject({ name: 'InvalidResponseError', status: 202 })
  })

  test('that redirects is not followed, and its target is named', async ({ server, client }) => {
    server.play({ status: 301, headers: { location: 'https://example.org/task' }, text: '' })
    const error = await rejection(client.reindex({ model: 'image' }))
    expect(error).toMatchObject({ name: 'InvalidResponseError', status: 301 })
    expect(String(error)).toContain('a redirect to https://example.org/task')
    expect(server.requests).toHaveLength(1)
  })

  test('is truncated in the error', async ({ server, client }) => {
    server.play({ status: 500, text: 'x'.repeat(100_000) })
    expect(await rejection(client.tasks.get(taskId))).toMatchObject({ excerpt: 'x'.repeat(200) })
  })
})

describe('the token', () => {
  const token = 'tok_0123456789abcdef'
  const echoes = [
    { status: 500, text: `${'x'.repeat(190)}${token}` },
    { status: 500, text: `${' '.repeat(700)}${'x'.repeat(190)} Bearer ${token}` },
    { status: 200, json: { headers: { authorization: `Bearer ${token}` } } },
    { status: 401, json: problem(401, 'unknown_token', { detail: `there is no token ${token}` }) },
    { status: 302, headers: { location: `https://example.org/?${token}` }, text: '' },
  ]
  test.for(echoes)(
    'is removed from the message if the response contains it: %o',
    async (step, { server, connect }) => {
      server.play(step)
      const error = await rejection(connect({ token }).tasks.get(taskId))
      expect(error).toBeInstanceOf(IngestionError)
      expect(String(error)).not.toContain('tok_')
      if (error instanceof InvalidResponseError) expect(error.excerpt).not.toContain('tok_')
    },
  )

  test('is removed from the message if fetch throws it', async ({ connect }) => {
    const client = connect({
      token,
      retries: 0,
      fetch: async (_url, { headers }) => {
        throw new TypeError(`can't send ${JSON.stringify([...new Headers(headers)])}`)
      },
    })
    const error = await rejection(client.tasks.get(taskId))
    expect(String(error)).toContain("can't send")
    expect(String(error)).not.toContain(token)
  })
})
