import { createHash } from 'node:crypto'
import { scopes, type Scope } from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../../test/support/app-harness.ts'
import { scopesByAction } from '../../../test/support/scopes-by-action.ts'
import { listOperations } from '../operation.ts'
import type { Operation } from './operation.ts'

const operations = listOperations(createAppHarness().app)

// Every operation of the document × every kind of caller. A new operation in the document is included and has to
// declare its scope there; openapi.test.ts checks that the document has every route. `npm run -s access` prints it.

const secretOf = (name: string) => `ing_${name}`
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

async function createWorld() {
  const harness = createAppHarness({ access: { kind: 'token', token: 'a-long-enough-token' } })
  const { tokens, store } = harness
  for (const scope of scopes) {
    await tokens.create({ name: scope, scopes: [scope], expiresAt: null, sha256: sha256(secretOf(scope)) })
  }
  const expired = new Date(0).toISOString()
  await tokens.create({
    name: 'e',
    scopes: ['admin'],
    expiresAt: expired,
    sha256: sha256(secretOf('expired')),
  })
  const { id } = await tokens.create({
    name: 'r',
    scopes: ['admin'],
    expiresAt: null,
    sha256: sha256(secretOf('revoked')),
  })
  await tokens.revoke(id, { keepAdmin: false })

  /** A task of an action that can be run again. */
  async function createFailed(action: string): Promise<string> {
    const request = { model: 'image', action, index_suffix: 'a' } as never
    const index = `image-${crypto.randomUUID()}`
    const task = await store.create({
      model: 'image',
      action: action as never,
      request,
      index,
      reserve: [index],
    })
    await store.cancel(task.id, {})
    return task.id
  }

  async function call(
    { method, path, id: name }: Operation,
    authorization: string | null,
    action = 'REINDEX',
  ) {
    const id = await createFailed(action)
    const url = `http://ingest.example.org${path.replace('{id}', id).replace(/\{\w+\}/, 'image-a')}`
    const body =
      name === 'createTask' ? { model: 'image', action, index_suffix: 'a', dry_run: true } : { name: 'x' }
    const response = await harness.app.request(url, {
      method: method.toUpperCase(),
      headers: {
        ...(authorization !== null && { Authorization: authorization }),
        ...(method !== 'get' && { 'Content-Type': 'application/json' }),
      },
      ...((method === 'post' || method === 'patch') && hasBody(name) && { body: JSON.stringify(body) }),
    })
    const { code } = (await response.json().catch(() => ({}))) as { code?: string }
    return code === 'unauthorized' || code === 'scope_missing' ? code : 'heard'
  }
  return { call }
}

const hasBody = (name: string) => operations.some(({ id, body }) => id === name && body !== undefined)

const strangers: [string, string | null][] = [
  ['no token', null],
  ['a wrong token', 'Bearer ing_wrong'],
  ['an expired token', `Bearer ${secretOf('expired')}`],
  ['a revoked token', `Bearer ${secretOf('revoked')}`],
  ['another scheme', `Basic ${secretOf('admin')}`],
]

test('the operations that run an action require its scope', () => {
  const byAction = operations.filter((operation) => scopesByAction(operation).length > 0)
  expect(byAction.map(({ id }) => id)).toEqual(['createTask', 'retryTask', 'redriveFailedDocuments'])
})

describe.each(operations)('$id', (operation) => {
  test.each(strangers)(
    `with %s is ${operation.scope === null ? 'answered' : 'refused'}`,
    async (_, header) => {
      const { call } = await createWorld()
      expect(await call(operation, header)).toBe(operation.scope === null ? 'heard' : 'unauthorized')
    },
  )

  test.each(scopes.map((scope) => [scope]))('with a token of scope %s', async (scope) => {
    const { call } = await createWorld()
    const mayWith = (needed: Scope | null) => needed === null || scope === needed || scope === 'admin'
    const authorization = `Bearer ${secretOf(scope)}`
    const expected = (needed: Scope | null) => (mayWith(needed) ? 'heard' : 'scope_missing')
    expect(await call(operation, authorization)).toBe(expected(operation.scope))
    for (const { action, scope: needed } of scopesByAction(operation)) {
      expect([action, await call(operation, authorization, action)]).toEqual([action, expected(needed)])
    }
  })
})
