import { expect } from 'vitest'
import { test } from '../../test/client-test.ts'
import { scheduledTask } from '../../test/wire.ts'

test('a task of any action is started by its name', async ({ server, client }) => {
  server.play({ status: 202, json: scheduledTask() })
  await client.tasks.create({
    action: 'POINT_ALIAS',
    model: 'image',
    indexSuffix: '20231106',
    alias: 'image',
    allowShrink: true,
  })
  expect(server.requests[0]).toMatchObject({ method: 'POST', url: '/task' })
  expect(server.requests[0]?.body).toEqual({
    action: 'POINT_ALIAS',
    model: 'image',
    index_suffix: '20231106',
    alias: 'image',
    allow_shrink: true,
  })
  expect(server.requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
})
