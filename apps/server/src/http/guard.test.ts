import { createdTokenSchema, tokenListSchema, tokenSchema, type Scope } from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createMemoryTokenStore } from '../auth/memory-token-store.ts'
import { createAppHarness, noIndices, postJson } from '../../test/support/app-harness.ts'

const reindex = { model: 'image', action: 'REINDEX' }

describe('without a token', () => {
  const { app, submitted } = createAppHarness()
  const request = (url: string, headers: Record<string, string>, method = 'GET') =>
    app.request(url, method === 'GET' ? { headers } : { ...postJson(reindex), method, headers })

  test.each([
    'localhost:8001',
    'localhost',
    'LOCALHOST:1',
    '127.0.0.1:8001',
    '127.0.0.1',
    '[::1]:8001',
    '[::1]',
  ])('a request with Host: %s is accepted', async (host) =>
    expect((await request(`http://${host}/task`, { Host: host })).status).toBe(200),
  )

  test.each([
    'evil.example',
    'evil.example:8001',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    'evil.example#localhost',
    '192.168.1.5:8001',
    '0.0.0.0:8001',
    '[::]',
    '',
  ])('a request with Host: %s is refused on every path', async (host) => {
    for (const path of ['/task', '/', '/livez', '/nothing']) {
      const response = await request(`http://localhost:8001${path}`, { Host: host })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'foreign_host' })
    }
  })

  test('a Host that is invalid in a URL is an invalid request on any path', async () => {
    for (const path of ['/task', '/', '/livez', '/nothing']) {
      const request = new Request(`http://localhost${path}`)
      // Node's server builds it in the same way, without a check.
      Object.defineProperty(request, 'url', { value: `http://127.999.1.1:8001${path}` })
      const response = await app.fetch(request)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/header/Host' }] })
    }
  })

  test('the host of the URL is used if there is no Host header', async () => {
    expect((await app.request('http://evil.example/task')).status).toBe(403)
  })

  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'null',
    'file://',
    'http://192.168.1.5',
  ])('a page of %s can neither post nor read', async (origin) => {
    const headers = { Origin: origin, 'Content-Type': 'application/json' }
    for (const method of ['POST', 'GET']) {
      const response = await request('http://localhost:8001/task', headers, method)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'foreign_origin' })
    }
    expect(submitted).toEqual([])
  })

  test("a web page can't start a task: forms, text and the preflight request are refused", async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const response = await request('http://localhost:8001/task', { 'Content-Type': type }, 'POST')
      expect(response.status).toBe(415)
    }
    const preflight = await app.request('http://localhost:8001/task', { method: 'OPTIONS' })
    expect(preflight.status).toBe(405)
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  test('a page on this machine may start tasks and read', async () => {
    const headers = { Origin: 'http://localhost:8002', 'Content-Type': 'application/json' }
    expect((await request('http://localhost:8001/task', headers, 'POST')).status).toBe(202)
  })
})

test.each([
  ['tokens are looked up', { kind: 'token', token: 'a-long-enough-token' }],
  ['the existence of tokens is checked', { kind: 'loopback' }],
] as const)(
  'if %s and the database is unavailable, the response does not contain the address of the database',
  async (_, access) => {
    const away = () =>
      Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3:5432, role "ingestion" does not exist'))
    const tokens = { ...createMemoryTokenStore(), use: away, hasAny: away }
    const { app, lines } = createAppHarness({ access, tokens })
    const headers = { Authorization: 'Bearer a-token-of-somebody' }
    const response = await app.request('http://localhost:8001/task', { headers })
    expect(response.status).toBe(503)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'database_unavailable' })
    expect(text).not.toMatch(/10\.1|5432|role/)
    expect(JSON.stringify(lines)).toContain('ECONNREFUSED 10.1.2.3:5432')
  },
)

describe('with API_TOKEN', () => {
  const { app } = createAppHarness({ access: { kind: 'token', token: 'a-long-enough-token' } })
  const get = (path: string, authorization?: string) =>
    app.request(`http://ingest.example.org${path}`, {
      headers: authorization === undefined ? {} : { Authorization: authorization },
    })

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Bearer a-long-enough-toke',
    'Bearer a-long-enough-tokens',
    'Bearer A-LONG-ENOUGH-TOKEN',
    'Basic a-long-enough-token',
    'a-long-enough-token',
    'Bearer a-long-enough-token extra',
  ])('Authorization: %s is refused', async (authorization) => {
    for (const path of ['/task', '/nothing', '//', '/livez/']) {
      const response = await get(path, authorization)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer/)
      expect(await response.json()).toMatchObject({ code: 'unauthorized' })
    }
  })

  test.each(['Bearer a-long-enough-token', 'bearer a-long-enough-token'])(
    '%s is accepted',
    async (authorization) => expect((await get('/task', authorization)).status).toBe(200),
  )

  test.each(['/', '/livez', '/readyz', '/openapi.json', '/docs'])(
    '%s needs no token, because probes and readers have none',
    async (path) => expect((await get(path)).status).toBe(200),
  )
})

describe('with created tokens', () => {
  const adminToken = 'a-long-enough-token'
  const withApiToken = () => createAppHarness({ access: { kind: 'token', token: adminToken } })

  async function makeToken(
    { app }: ReturnType<typeof createAppHarness>,
    body: Record<string, unknown>,
    authorization = `Bearer ${adminToken}`,
  ) {
    const init = postJson({ name: 'a token', scopes: ['read'], ...body }, { Authorization: authorization })
    return await app.request('http://localhost:8001/token', init)
  }
  async function makeSecret(
    harness: ReturnType<typeof createAppHarness>,
    scopes: Scope[],
    authorization?: string,
  ) {
    const response = await makeToken(harness, { scopes }, authorization)
    return createdTokenSchema.parse(await response.json())
  }
  const withToken = (secret: string, headers: Record<string, string> = {}) => ({
    headers: { Authorization: `Bearer ${secret}`, ...headers },
  })

  test('a created token grants its scopes, is listed without its secret, and can be revoked', async () => {
    const harness = withApiToken()
    const response = await makeToken(harness, { name: 'grafana' })
    expect(response.status).toBe(201)
    const { secret, token } = createdTokenSchema.parse(await response.json())
    expect(secret).toMatch(/^ing_[0-9a-f]{64}$/)
    expect(response.headers.get('Location')).toBe(`/token/${token.id}`)

    expect((await harness.send('/task', withToken(secret))).status).toBe(200)
    const listed = await harness.send('/token', withToken(adminToken))
    const text = await listed.text()
    expect(text).not.toContain(secret)
    expect(tokenListSchema.parse(JSON.parse(text)).tokens).toMatchObject([{ id: token.id, name: 'grafana' }])

    const revoked = await harness.send(`/token/${token.id}`, { method: 'DELETE', ...withToken(adminToken) })
    expect(tokenSchema.parse(await revoked.json()).revoked_at).not.toBeNull()
    expect((await harness.send('/task', withToken(secret))).status).toBe(401)
  })

  test.each<[Scope, string, string, unknown]>([
    ['read', 'GET', '/task', undefined],
    ['read', 'GET', '/index', undefined],
    ['write', 'POST', '/task', reindex],
    ['write', 'POST', '/task?dry_run=true', reindex],
    ['delete', 'POST', '/task', { model: 'image', action: 'DELETE_INDEX', index_suffix: 'a' }],
    ['admin', 'GET', '/token', undefined],
    ['admin', 'POST', '/token', { name: 'x', scopes: ['read'] }],
  ])(
    'scope %s is required for %s %s, and only admin is accepted instead',
    async (scope, method, path, body) => {
      const status = async (scopes: Scope[]) => {
        const harness = createAppHarness({
          access: { kind: 'token', token: adminToken },
          indices: { ...noIndices, list: async () => ({ models: [] }) },
        })
        const { secret } = await makeSecret(harness, scopes)
        const init =
          body === undefined ? { method, ...withToken(secret) } : postJson(body, withToken(secret).headers)
        const response = await harness.send(path, init)
        if (response.status === 403)
          expect(await response.json()).toMatchObject({ code: 'scope_missing', scope })
        return response.status
      }
      const others = (['read', 'write', 'delete', 'delegate'] as const).filter((other) => other !== scope)
      expect(await status(others)).toBe(403)
      expect(await status([scope])).toBeLessThan(300)
      expect(await status(['admin'])).toBeLessThan(300)
    },
  )

  test('requested_by is the token, or the actor that a token with scope delegate names', async () => {
    const harness = withApiToken()
    const { secret: own } = await makeSecret(harness, ['write'])
    const { secret: delegate } = await makeSecret(harness, ['write', 'delegate'])
    const post = (secret: string, headers: Record<string, string> = {}) =>
      harness.send('/task', postJson(reindex, { Authorization: `Bearer ${secret}`, ...headers }))
    const actor = { 'Ingestion-Actor': 'J%C3%B6rg%20%3Cj@example.org%3E' }
    expect(await (await post(own)).json()).toMatchObject({ task: { requested_by: 'a token' } })
    expect(await (await post(delegate, actor)).json()).toMatchObject({
      task: { requested_by: 'Jörg <j@example.org>' },
    })
    const refused = await post(own, actor)
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'scope_missing', scope: 'delegate' })
    expect(harness.submitted).toHaveLength(2)
  })

  test.each(['', ' ', '%00', 'a%0Ab', '%E2%80%A8', 'x'.repeat(256)])(
    '%j is an invalid actor',
    async (actor) => {
      const response = await createAppHarness().send('/task', { headers: { 'Ingestion-Actor': actor } })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/header/Ingestion-Actor' }] })
    },
  )

  test.each([
    [{ name: '' }, ['/name']],
    [{ name: '   ' }, ['/name']],
    [{ name: 'x'.repeat(101) }, ['/name']],
    [{ name: 'a\u0000' }, ['/name']],
    [{ scopes: [] }, ['/scopes']],
    [{ scopes: ['root'] }, ['/scopes/0']],
    [{ scopes: 'read', nope: 1 }, ['/nope', '/scopes']],
    [{ expires_at: '2020-01-01T00:00:00Z' }, ['/expires_at']],
    [{ expires_at: 'tomorrow' }, ['/expires_at']],
  ])('refuses a token with %j', async (body, pointers) => {
    const response = await makeToken(withApiToken(), body)
    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as { errors: { pointer: string }[] }
    expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(pointers)
  })

  test.each(['018f2b2e-7c1a-7000-8000-00000000ffff', 'nonsense', '%00'])(
    'revoking the unknown token %s is not found',
    async (id) => {
      const response = await withApiToken().send(`/token/${id}`, {
        method: 'DELETE',
        ...withToken(adminToken),
      })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 'token_not_found' })
    },
  )

  test('an idempotency key belongs to the caller that sent it', async () => {
    const harness = withApiToken()
    const tokens = [await makeSecret(harness, ['write']), await makeSecret(harness, ['write'])]
    const callers = [adminToken, ...tokens.map(({ secret }) => secret)]
    const ids: unknown[] = []
    for (const [position, secret] of [...callers, ...callers].entries()) {
      const headers = { Authorization: `Bearer ${secret}`, 'Idempotency-Key': 'build-7' }
      const body = { ...reindex, index_suffix: `s${position % callers.length}` }
      const response = await harness.post(body, '/task', headers)
      expect(response.status).toBe(202)
      ids.push(((await response.json()) as { task_id: string }).task_id)
    }
    expect(new Set(ids).size).toBe(3)
    expect(ids.slice(3)).toEqual(ids.slice(0, 3))

    const headers = { Authorization: `Bearer ${callers[1]}`, 'Idempotency-Key': 'build-7' }
    const reused = await harness.post({ ...reindex, index_suffix: 'other' }, '/task', headers)
    expect(reused.status).toBe(422)
    expect(await reused.json()).toMatchObject({
      detail: expect.stringContaining('idempotency key "build-7" was') as string,
    })
  })

  describe('on this machine, without API_TOKEN', () => {
    test('the server is open until the first token is created, and requires a token from then on', async () => {
      const harness = createAppHarness()
      expect((await harness.send('/task')).status).toBe(200)
      const { secret, token } = await makeSecret(harness, ['admin'])
      expect((await harness.send('/task')).status).toBe(401)
      expect((await harness.send('/livez')).status).toBe(200)
      expect((await harness.send('/task', withToken(secret))).status).toBe(200)
      const next = await makeSecret(harness, ['admin'], `Bearer ${secret}`)
      await harness.send(`/token/${token.id}`, { method: 'DELETE', ...withToken(secret) })
      expect((await harness.send('/task')).status).toBe(401)
      expect((await harness.send('/task', withToken(secret))).status).toBe(401)
      expect((await harness.send('/task', withToken(next.secret))).status).toBe(200)
    })

    test('the server stays closed when all tokens have expired', async () => {
      const harness = createAppHarness()
      const expiresAt = new Date(Date.now() - 1_000).toISOString()
      await harness.tokens.create({ name: 'old', scopes: ['admin'], expiresAt, sha256: '0'.repeat(64) })
      expect((await harness.send('/task')).status).toBe(401)
    })

    test("the first token needs scope admin and no expiry, and the last such token can't be revoked", async () => {
      const harness = createAppHarness()
      const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
      for (const token of [{ scopes: ['read'] }, { scopes: ['admin'], expires_at: inAnHour }]) {
        const locked = await makeToken(harness, token)
        expect(locked.status).toBe(409)
        expect(await locked.json()).toMatchObject({ code: 'admin_token_needed' })
      }

      const { secret, token } = await makeSecret(harness, ['admin'])
      const reader = await makeToken(harness, { scopes: ['read'] }, `Bearer ${secret}`)
      const { token: second } = createdTokenSchema.parse(await reader.json())
      const revoke = (id: string) => harness.send(`/token/${id}`, { method: 'DELETE', ...withToken(secret) })
      expect((await revoke(token.id)).status).toBe(409)
      expect((await revoke(second.id)).status).toBe(200)
      expect((await revoke(token.id)).status).toBe(409)
    })

    test('every caller may name an actor', async () => {
      const { post, submitted } = createAppHarness()
      const response = await post(reindex, '/task', { 'Ingestion-Actor': 'someone' })
      expect(await response.json()).toMatchObject({ task: { requested_by: 'someone' } })
      expect(submitted).toHaveLength(1)
    })
  })
})
