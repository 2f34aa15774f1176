import { systemClock } from '@ingestion-server/core'
import { describe, expect, test, vi } from 'vitest'
import { createAppHarness } from '../../../test/support/app-harness.ts'
import { collectLines } from '../../../test/support/collect-lines.ts'
import { textWith } from '../../../test/support/matchers.ts'
import { createReadiness } from '../readiness.ts'
import type { HealthCheck } from '../app-deps.ts'

const up = (name: string): HealthCheck => ({ name, check: async () => undefined })
const down = (name: string): HealthCheck => ({
  name,
  check: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:9200')),
})

test('/ names the service and its links', async () => {
  const response = await createAppHarness().send('/')
  expect(await response.json()).toMatchObject({
    name: 'ingestion-server',
    version: textWith(/^\d+\.\d+\.\d+/),
    links: { tasks: '/task' },
  })
})

test('/livez is 200 with every service unavailable', async () => {
  expect((await createAppHarness({ checks: [down('database')] }).send('/livez')).status).toBe(200)
})

test('/readyz is 200 when all services respond', async () => {
  const response = await createAppHarness({ checks: [up('database'), up('opensearch')] }).send('/readyz')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({
    status: 'ready',
    dependencies: { database: 'up', opensearch: 'up' },
  })
})

test('/readyz is 503 when a service is unavailable, names each service, and only logs the reason', async () => {
  const { send, lines } = createAppHarness({ checks: [up('database'), down('opensearch')] })
  const response = await send('/readyz')
  const text = await response.text()
  expect(response.status).toBe(503)
  expect(response.headers.get('Retry-After')).toBe('5')
  expect(JSON.parse(text)).toMatchObject({
    code: 'not_ready',
    detail: 'not ready; unavailable: opensearch',
    dependencies: { database: 'up', opensearch: 'down' },
  })
  expect(text).not.toContain('10.0.0.7')
  expect(JSON.stringify(lines)).toContain('10.0.0.7')
})

describe('readiness', () => {
  function createHarness(checks: HealthCheck[]) {
    const { log, lines } = collectLines('info')
    const timeouts: AbortController[] = []
    let now = 1_000_000
    const readiness = createReadiness({
      checks,
      log,
      clock: { ...systemClock, now: () => now },
      createTimeout: () => {
        const timeout = new AbortController()
        timeouts.push(timeout)
        return timeout.signal
      },
    })
    return { readiness, lines, timeouts, pass: (ms: number) => (now += ms) }
  }

  test('checks all services in parallel, with a timeout for one that does not respond', async () => {
    const asked: string[] = []
    const silent = (name: string): HealthCheck => ({
      name,
      check: () => {
        asked.push(name)
        return new Promise(() => undefined)
      },
    })
    const { readiness, timeouts } = createHarness([silent('a'), silent('b'), up('c')])
    const answer = readiness.read()
    expect(asked).toEqual(['a', 'b'])
    for (const timeout of timeouts) timeout.abort(new Error('timeout'))
    expect(await answer).toEqual({ ready: false, dependencies: { a: 'timed_out', b: 'timed_out', c: 'up' } })
  })

  test('checks once per second for all probes', async () => {
    const check = vi.fn(async () => undefined)
    const { readiness, pass } = createHarness([{ name: 'a', check }])
    await Promise.all([readiness.read(), readiness.read()])
    pass(999)
    await readiness.read()
    expect(check).toHaveBeenCalledTimes(1)
    pass(1)
    await readiness.read()
    expect(check).toHaveBeenCalledTimes(2)
  })

  test('logs once that a service became unavailable, and once that it is available again', async () => {
    const check = vi
      .fn<() => Promise<void>>()
      .mockResolvedValueOnce()
      .mockRejectedValueOnce(new Error('gone'))
      .mockRejectedValueOnce(new Error('gone'))
      .mockResolvedValue()
    const { readiness, lines, pass } = createHarness([{ name: 'a', check }])
    for (let probe = 0; probe < 5; probe++) {
      await readiness.read()
      pass(1_000)
    }
    expect(lines.map(({ level, state }) => [level, state])).toEqual([
      ['warn', 'down'],
      ['info', 'up'],
    ])
  })
})
