import { systemClock } from '@ingestion-server/core'
import { expect, test } from 'vitest'
import { collectLines } from '../../test/support/collect-lines.ts'
import { createMemoryTokenStore } from '../auth/memory-token-store.ts'
import type { Access } from './app-deps.ts'
import { createHealthApp } from './health-app.ts'
import { noopRequestObserver } from '../observability/request-observer.ts'

function createHarness(host: string, access: Access = { kind: 'loopback' }) {
  const tokens = createMemoryTokenStore()
  let passedMs = 0
  const app = createHealthApp({
    access,
    checks: [],
    clock: { ...systemClock, now: () => systemClock.now() + passedMs },
    log: collectLines().log,
    metrics: { render: async () => ({ contentType: 'text/plain', text: 'up 1\n' }) },
    newRequestId: () => 'made-1',
    observeRequest: noopRequestObserver,
    tokens,
  })
  return {
    tokens,
    get: (path: string) => app.request(`http://${host}${path}`),
    pass: (ms: number) => void (passedMs += ms),
  }
}

test('reports health to every probe, and links only to its own paths', async () => {
  const { get } = createHarness('worker-3:9000')
  expect((await get('/livez')).status).toBe(200)
  expect((await get('/readyz')).status).toBe(200)
  const { links } = (await (await get('/')).json()) as { links: Record<string, string> }
  for (const path of Object.values(links)) expect((await get(path)).status).not.toBe(404)
  expect((await get('/task')).status).toBe(404)
})

test('serves metrics to authorized callers', async () => {
  const onThisMachine = createHarness('localhost:9000')
  expect(await (await onThisMachine.get('/metrics')).text()).toBe('up 1\n')
  expect((await createHarness('worker-3:9000').get('/metrics')).status).toBe(403)

  const token = { name: 'root', scopes: ['admin'] as const, expiresAt: null, sha256: '0'.repeat(64) }
  await onThisMachine.tokens.create(token)
  // A worker notices a token of another process within a second.
  onThisMachine.pass(1_000)
  expect((await onThisMachine.get('/metrics')).status).toBe(401)
})

test('that other machines reach serves metrics with a stored token only, and health without', async () => {
  // Sent by a caller elsewhere, who chooses this name.
  const reached = createHarness('localhost:9000', { kind: 'stored-tokens' })
  expect((await reached.get('/metrics')).status).toBe(401)
  expect((await reached.get('/readyz')).status).toBe(200)
})
