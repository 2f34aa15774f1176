import { expect } from 'vitest'
import { rejection, test } from '../test/client-test.ts'
import { problem } from '../test/wire.ts'
import { ConnectionError, NotFoundError } from './index.ts'

const token = {
  id: '0190f0c5-7d5c-7a3e-8f00-0123456789ab',
  name: 'nightly',
  prefix: 'ing_1a2b3c',
  scopes: ['read', 'write'],
  created_at: '2026-11-24T00:00:00.000Z',
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
}

test('a token is created, and its secret returned', async ({ server, client }) => {
  server.play({ status: 201, json: { secret: 's', token } })
  const created = await client.tokens.create({ name: 'nightly', scopes: ['read'], expiresAt: null })
  expect(created).toMatchObject({ secret: 's', token: { createdAt: token.created_at } })
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    url: '/token',
    body: { name: 'nightly', scopes: ['read'], expires_at: null },
  })
})

test('a token whose response was lost is not created twice', async ({ server, client }) => {
  server.play('reset')
  const error = await rejection(client.tokens.create({ name: 'nightly', scopes: ['read'] }))
  expect(error).toBeInstanceOf(ConnectionError)
  expect(server.requests).toHaveLength(1)
})

test('tokens are listed', async ({ server, client }) => {
  server.play({ json: { tokens: [token] } })
  expect(await client.tokens.list()).toMatchObject({
    tokens: [{ name: 'nightly', prefix: 'ing_1a2b3c', lastUsedAt: null }],
  })
})

test('a token is revoked, also if the first response was lost', async ({ server, client }) => {
  server.play('reset', { json: { ...token, revoked_at: token.created_at } })
  expect(await client.tokens.revoke(token.id)).toMatchObject({ revokedAt: token.created_at })
  expect(server.requests[1]).toMatchObject({ method: 'DELETE', url: `/token/${token.id}` })
  server.play({ status: 404, json: problem(404, 'token_not_found') })
  expect(await rejection(client.tokens.revoke(token.id))).toBeInstanceOf(NotFoundError)
})
