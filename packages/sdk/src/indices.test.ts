import { describe, expect } from 'vitest'
import { rejection, test } from '../test/client-test.ts'
import { problem, scheduledTask, taskId, taskPlan, wireIndex } from '../test/wire.ts'
import { ConflictError, InvalidResponseError, isCode, NotFoundError } from './index.ts'

describe('indices', () => {
  test('are listed by model', async ({ server, client }) => {
    const aliases = [{ alias: 'image', indices: ['image-20231106'], previous: null }]
    server.play({ json: { models: [{ model: 'image', aliases, indices: [wireIndex()] }] } })
    const { models } = await client.indices.list()
    expect(models[0]).toMatchObject({
      aliases,
      indices: [{ verifiedAt: '2026-11-24T00:00:05.000Z', taskId }],
    })
    expect(server.requests[0]?.url).toBe('/index')
  })

  test('are read by name, with unknown fields', async ({ server, client }) => {
    server.play({ json: wireIndex() }, { status: 404, json: problem(404, 'index_not_found') })
    expect(await client.indices.get('image-20231106')).toMatchObject({ documents: 100, filteredFrom: null })
    expect(await rejection(client.indices.get('a/b?ü'))).toBeInstanceOf(NotFoundError)
    expect(server.requests.map(({ url }) => url)).toEqual(['/index/image-20231106', '/index/a%2Fb%3F%C3%BC'])
  })

  test.for(['', '.', '..'])('are not requested by the invalid name %j', async (name, { server, client }) => {
    expect(await rejection(client.indices.stat(name))).toBeInstanceOf(TypeError)
    expect(await rejection(client.indices.rollback(name))).toBeInstanceOf(TypeError)
    expect(server.requests).toEqual([])
  })

  test('are resolved by name', async ({ server, client }) => {
    server.play({ json: { exists: false, is_alias: null, alt_names: null } })
    expect(await client.indices.stat('image')).toEqual({ exists: false, isAlias: null, altNames: null })
    expect(server.requests[0]?.url).toBe('/stat/image')
  })

  test('are rolled back by a task', async ({ server, client }) => {
    const { task } = scheduledTask({ action: 'POINT_ALIAS' })
    server.play({ status: 202, json: { ...scheduledTask(), task } })
    server.play({ status: 409, json: problem(409, 'nothing_to_roll_back') })
    const handle = await client.indices.rollback('image-filtered')
    expect(handle.task.action).toBe('POINT_ALIAS')
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/index/image-filtered/rollback',
      body: {},
    })
    expect(server.requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    const error = await rejection(client.indices.rollback('image'))
    expect(error).toBeInstanceOf(ConflictError)
    expect(isCode(error, 'nothing_to_roll_back')).toBe(true)
  })

  test('have a dry run of a rollback', async ({ server, client }) => {
    server.play({ json: taskPlan() })
    expect(await client.indices.rollback('image', { dryRun: true })).toMatchObject({ action: 'POINT_ALIAS' })
    expect(server.requests[0]?.body).toEqual({ dry_run: true })
  })

  test('are not read from an unexpected response', async ({ server, client }) => {
    server.play({ json: {} }, { json: [] }, { json: null })
    expect(await rejection(client.indices.list())).toBeInstanceOf(InvalidResponseError)
    expect(await rejection(client.indices.get('image-a'))).toBeInstanceOf(InvalidResponseError)
    expect(await rejection(client.indices.stat('image'))).toBeInstanceOf(InvalidResponseError)
  })
})
