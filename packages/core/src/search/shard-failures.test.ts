import { expect, test } from 'vitest'
import { SearchRefusedError, SearchUnavailableError } from '../errors.ts'
import { requireAllShards } from './shard-failures.ts'

const failure = (shard: number, status: string, type: string, reason: string) => ({
  ...{ shard, index: 'image-a', status },
  reason: { type, reason },
})
const forbidden = (action: string) =>
  failure(0, 'FORBIDDEN', 'security_exception', `no permissions for [${action}] and User [name=ingestion]`)
const inShards = (...failures: object[]) => ({
  _shards: { total: 2, successful: 2 - failures.length, failed: failures.length, failures },
})

// The responses of OpenSearch 2.19.1 with its security plugin; each had status 200.
test.each([
  ['the flush of image-a', inShards(forbidden('indices:admin/flush[s]')), 'indices:admin/flush[s]'],
  [
    'the write block through image-a',
    {
      acknowledged: false,
      shards_acknowledged: false,
      indices: [
        {
          name: 'image-a',
          failed_shards: [{ id: '0', failures: [forbidden('indices:admin/block/add[s]')] }],
        },
      ],
    },
    'indices:admin/block/add[s]',
  ],
])('%s is refused with the reason of the shard', (operation, body, action) => {
  expect(() => requireAllShards(operation, body)).toThrow(SearchRefusedError)
  expect(() => requireAllShards(operation, body)).toThrow(
    `OpenSearch refused a request: ${operation} failed on 1 shard: security_exception: no permissions for [${action}]`,
  )
})

test('a shard that is not available fails the operation for now', () => {
  const body = inShards(
    failure(0, 'SERVICE_UNAVAILABLE', 'unavailable_shards_exception', 'not active'),
    failure(1, 'FORBIDDEN', 'cluster_block_exception', 'blocked by: [FORBIDDEN/8/index write (api)]'),
  )
  const check = () => requireAllShards('the flush of image-a', body)
  expect(check).toThrow(SearchUnavailableError)
  expect(check).toThrow('failed on 2 shards: unavailable_shards_exception: not active: caused by: blocked by')
})

test.each([
  inShards(),
  { acknowledged: true, shards_acknowledged: true, indices: [{ name: 'image-a', blocked: true }] },
])('a response without failed shards is a success', (body) => {
  expect(() => requireAllShards('the flush of image-a', body)).not.toThrow()
})
