import { describe, expect, test } from 'vitest'
import { createAppHarness, postJson } from '../test/support/app-harness.ts'

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
  ])('a caller who says Host: %s is heard', async (host) =>
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
  ])('a caller who says Host: %s is not, whatever the path', async (host) => {
    for (const path of ['/task', '/', '/livez', '/nothing']) {
      const response = await request(`http://localhost:8001${path}`, { Host: host })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'foreign_host' })
    }
  })

  test('the host of the address counts where no header says it', async () => {
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

  test('a page can start nothing without asking first: forms and text are refused, and asking is too', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const response = await request('http://localhost:8001/task', { 'Content-Type': type }, 'POST')
      expect(response.status).toBe(415)
    }
    const preflight = await app.request('http://localhost:8001/task', { method: 'OPTIONS' })
    expect(preflight.status).toBe(405)
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  test('a page on this machine may', async () => {
    const headers = { Origin: 'http://localhost:8002', 'Content-Type': 'application/json' }
    expect((await request('http://localhost:8001/task', headers, 'POST')).status).toBe(202)
  })
})

describe('with a token', () => {
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
    '%s is taken',
    async (authorization) => expect((await get('/task', authorization)).status).toBe(200),
  )

  test.each(['/', '/livez', '/readyz'])('%s needs none, for probes have none', async (path) =>
    expect((await get(path)).status).toBe(200),
  )
})
