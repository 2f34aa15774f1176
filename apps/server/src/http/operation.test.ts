import { taskFilterSchema } from '@ingestion-server/core'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../test/support/app-harness.ts'
import { listOperations, operation } from './operation.ts'
import type { AppEnv } from './request-context.ts'

const listed = operation({
  id: 'listThings',
  tag: 'Tasks',
  summary: 'List things',
  scope: null,
  query: taskFilterSchema,
  responses: {},
})

describe('the operations of an app', () => {
  test('are those of its routes, in their order, also of a nested app with an error handler', () => {
    const nested = new Hono<AppEnv>().onError(() => new Response('wrapped'))
    nested.get('/:thing/parts/:part', listed, (c) => c.text(''))
    const app = new Hono<AppEnv>()
    app.use(async (_, next) => next())
    app.delete('/', listed, (c) => c.text(''))
    app.route('/things', nested)
    expect(listOperations(app).map(({ method, path, id }) => [method, path, id])).toEqual([
      ['delete', '/', 'listThings'],
      ['get', '/things/{thing}/parts/{part}', 'listThings'],
    ])
  })

  test.each<[string, (app: Hono<AppEnv>) => unknown]>([
    ['GET /undescribed', (app) => app.get('/undescribed', (c) => c.text(''))],
    ['POST /same-path', (app) => app.get('/same-path', listed).post('/same-path', (c) => c.text(''))],
    ['PUT /other-method', (app) => app.put('/other-method', listed)],
    ['GET /described-later', (app) => app.get('/described-later', (c) => c.text(''), listed)],
  ])('a route without one is an error: %s', (route, add) => {
    const { app } = createAppHarness()
    const before = listOperations(app).length
    expect(before).toBeGreaterThan(20)
    add(app)
    expect(() => listOperations(app)).toThrow(`route ${route} has no operation(…) as its first handler`)
  })
})

test('the handler of a route gets the parsed query, and none that the operation does not describe', async () => {
  const { app } = createAppHarness()
  app.get('/things', listed, (c) => c.json(c.req.valid('query')))
  expect(await (await app.request('/things?page_size=7')).json()).toMatchObject({ page_size: 7 })
  const refused = await app.request('/things?page_size=7&nope=1')
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { errors: [{ pointer: '/query/nope' }] },
  ])
})
