import { expect, test } from 'vitest'
import { requireComplete } from './complete-search.ts'

const hits = { total: { value: 0 }, hits: [] }

test('a response of only some shards has the reason of one that is missing', () => {
  const reason = { type: 'node_disconnected_exception', reason: '[Node 2][127.0.0.1:9301] disconnected' }
  const failures = [{ shard: 1, index: 'image-a', node: null, reason }]
  const body = { timed_out: false, _shards: { total: 2, successful: 1, failed: 1, failures }, hits }
  expect(() => requireComplete('image-a', body)).toThrow(
    'OpenSearch responded for only some shards of image-a: node_disconnected_exception: [Node 2][127.0.0.1:9301] disconnected',
  )
})

test('a response in time from all shards is complete', () => {
  const body = { timed_out: false, _shards: { total: 2, successful: 2, failed: 0 }, hits }
  expect(requireComplete('image-a', body)).toBe(body)
  expect(() => requireComplete('image-a', { ...body, timed_out: true })).toThrow(
    /only some shards of image-a$/,
  )
})
