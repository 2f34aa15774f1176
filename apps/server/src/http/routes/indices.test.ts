import {
  IndexNotFoundError,
  NothingToRollBackError,
  type Index,
  type IndexList,
} from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createAppHarness, noIndices } from '../../../test/support/app-harness.ts'

const index: Index = {
  name: 'image-20231106',
  uuid: 'Xk2hQ0m8T8-7bJ6w1Yc9wA',
  model: 'image',
  suffix: '20231106',
  filtered: false,
  aliases: ['image'],
  state: 'open',
  documents: 2_869,
  documents_from: 'index',
  bytes: 2_000_000,
  health: 'green',
  created_at: '2026-11-24T04:00:00.000Z',
  task_id: '018f2b2e-7c1a-7000-8000-000000000001',
  verified: true,
  verified_at: '2026-11-24T04:05:00.000Z',
  as_of: '2026-11-24T04:04:00.000Z',
  filtered_from: null,
  terms_hash: null,
  reserved_by: null,
}

const list: IndexList = {
  models: [{ model: 'image', freshness_target_seconds: 86_400, aliases: [], indices: [index] }],
}

function createHarness() {
  return createAppHarness({
    indices: {
      ...noIndices,
      list: async () => list,
      describe: async (name) => {
        if (name !== index.name) throw new IndexNotFoundError(name)
        return index
      },
      stat: async (name) =>
        name === 'image'
          ? { exists: true, is_alias: true, alt_names: [index.name] }
          : { exists: false, is_alias: null, alt_names: null },
      rollbackRequest: (alias) => Promise.reject(new NothingToRollBackError(alias, 'it never moved')),
    },
  })
}

test('GET /index lists all indices', async () => {
  const response = await createHarness().send('/index')
  expect(await response.json()).toEqual(list)
  expect(response.headers.get('Cache-Control')).toBe('no-store')
})

test('GET /index/{name} shows one index', async () => {
  expect(await (await createHarness().send(`/index/${index.name}`)).json()).toEqual(index)
})

test('GET /stat/{name} describes a name, for clients of a Python ingestion server', async () => {
  const { send } = createHarness()
  expect(await (await send('/stat/image')).json()).toEqual({
    exists: true,
    is_alias: true,
    alt_names: ['image-20231106'],
  })
  expect(await (await send('/stat/nothing')).json()).toEqual({
    exists: false,
    is_alias: null,
    alt_names: null,
  })
})

test("an alias that never moved can't be rolled back", async () => {
  const { send, notified } = createHarness()
  const response = await send('/index/image/rollback', { method: 'POST' })
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ code: 'nothing_to_roll_back' })
  expect(notified).toEqual([])
})

describe('a name that is invalid for an index', () => {
  // OpenSearch would read the first as all indices, the second as two, and the third as a reserved name.
  test.each(['*', 'image,audio', '_all', 'image*', '-image', '.kibana', '%20', 'a%2Fb', '%00', 'IMAGE'])(
    '%s is not sent to OpenSearch, and is 404',
    async (name) => {
      const { send } = createAppHarness({ indices: noIndices })
      const described = await send(`/index/${name}`)
      expect(described.status).toBe(404)
      expect(await described.json()).toMatchObject({ code: 'index_not_found' })
      expect((await send(`/index/${name}/rollback`, { method: 'POST' })).status).toBe(404)
      const stat = await send(`/stat/${name}`)
      expect(await stat.json()).toEqual({ exists: false, is_alias: null, alt_names: null })
    },
  )
})

test('a missing index is 404', async () => {
  const response = await createHarness().send('/index/image-nope')
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 'index_not_found', index: 'image-nope' })
})
