import { describe, expect } from 'vitest'
import { rejection, test } from '../test/client-test.ts'
import { problem, scheduledTask, taskId, taskPlan, wireIndex } from '../test/wire.ts'
import { ConflictError, InvalidResponseError, isCode, NotFoundError } from './index.ts'

describe('indices', () => {
  test('are listed by model', async ({ server, client }) => {
    const alias = { alias: 'image', indices: ['image-20231106'], previous: null }
    const moved = { moved_at: '2026-11-24T00:00:06.000Z', task_id: taskId }
    const model = { model: 'image', freshness_target_seconds: 86_400, indices: [wireIndex()] }
    server.play({ json: { models: [{ ...model, aliases: [{ ...alias, ...moved }] }] } })
    const { models } = await client.indices.list()
    expect(models[0]).toMatchObject({
      freshnessTargetSeconds: 86_400,
      aliases: [{ ...alias, movedAt: moved.moved_at, taskId }],
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

  test('show their content with the names that OpenSearch has', async ({ server, client }) => {
    const mappings = { properties: { foreign_identifier: { type: 'keyword', doc_values: false } } }
    const difference = { path: 'settings.number_of_shards', here: '2', there: { a_b: null } }
    const details = {
      mappings,
      settings: { number_of_shards: '2' },
      compared_with: { index: 'image-20231005', differences: [difference] },
      shards: [{ shard: 0, primary: true, state: 'STARTED', node: 'n1', documents: 10, bytes: 400 }],
    }
    const source = { foreign_identifier: 'x', tags: [{ name_1: 'a' }] }
    const explained = {
      ...{ id: '7', in_index: true, source, row: 'present', explanation: 'in_index' },
      ...{ detail: 'image-20231106 has document 7.', failed_document: null },
    }
    server.play(
      { json: details },
      { json: { documents: [{ id: '7', source }], total: 10_000, total_is_exact: false } },
      { json: explained },
      { json: { ...explained, in_index: false, source: null } },
    )
    expect(await client.indices.details('image-20231106')).toEqual({
      mappings,
      settings: details.settings,
      comparedWith: details.compared_with,
      shards: details.shards,
    })
    expect(await client.indices.documents('image-20231106', { q: 'a b', pageSize: 5 })).toEqual({
      documents: [{ id: '7', source }],
      total: 10_000,
      totalIsExact: false,
    })
    expect(await client.indices.document('image-20231106', 7)).toMatchObject({ inIndex: true, source })
    expect(await client.indices.document('image-20231106', 'a/b')).toMatchObject({ source: null })
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/index/image-20231106/details',
      '/index/image-20231106/document?q=a+b&page_size=5',
      '/index/image-20231106/document/7',
      '/index/image-20231106/document/a%2Fb',
    ])
  })

  test('have a history of their aliases and of their model', async ({ server, client }) => {
    const move = { alias: 'image', from: null, also_from: [], to: 'image-20231106', requested_by: null }
    server.play(
      {
        json: {
          moves: [{ ...move, moved_at: '2026-11-24T00:00:06.000Z', task_id: taskId }],
          next_page_token: 'p2',
        },
      },
      { json: { builds: [{ index: 'image-20231106', duration_seconds: 1.5, exists: false }] } },
      { status: 404, json: problem(404, 'model_not_found') },
    )
    expect(await client.indices.history('image', { pageSize: 1, pageToken: 'p1' })).toMatchObject({
      moves: [{ to: 'image-20231106', alsoFrom: [], requestedBy: null, taskId }],
      nextPageToken: 'p2',
    })
    expect(await client.models.builds('image', { action: 'REINDEX', limit: 5 })).toMatchObject({
      builds: [{ durationSeconds: 1.5, exists: false }],
    })
    expect(isCode(await rejection(client.models.builds('video')), 'model_not_found')).toBe(true)
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/index/image/history?page_size=1&page_token=p1',
      '/model/image/builds?action=REINDEX&limit=5',
      '/model/video/builds',
    ])
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
