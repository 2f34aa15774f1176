import { connectPostgres } from '@ingestion-server/core'
import { openSocket } from '@ingestion-server/core/node'
import { createAuthority } from '@ingestion-server/core/testing/certificates.ts'
import { startDroppingProxy } from '@ingestion-server/core/testing/dropping-proxy.ts'
import { settle } from '@ingestion-server/core/testing/manual-clock.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { startPostgres, type RunningPostgres } from '@ingestion-server/local-services'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest'

let postgres: RunningPostgres
beforeAll(async () => {
  postgres = await startPostgres({ durable: false, tls: createAuthority().issue('127.0.0.1') })
})
afterAll(() => postgres.stop())

const silenceMs = 60_000
/** The silence after which a connection is closed. */
const limitMs = silenceMs + 5_000
/** Interval at which a connection is checked. */
const pollMs = 1_000

beforeEach(() => {
  // Silence is measured with an interval, and nothing else is.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
})

function connect(url: string, maxConnections: number) {
  const { db, close } = connectPostgres(url, { maxConnections, silenceMs, openSocket })
  onTestFinished(() => close(0))
  return db
}

test.each(['disable', 'require'])(
  'statements over dropped connections fail at the limit, and the pool recovers (sslmode=%s)',
  async (sslMode) => {
    const proxy = await startDroppingProxy(postgres.url)
    onTestFinished(() => proxy.stop())
    const db = connect(`${throughProxy(postgres.url, proxy)}?sslmode=${sslMode}`, 3)
    const read = () => db.execute('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    await Promise.all([read(), read(), read()])
    expect(proxy.dropConnections()).toBe(3)
    let settled = 0
    const execute = () => read().finally(() => settled++)
    // More statements than connections: those that are sent after others must not keep a connection.
    const statements = Promise.allSettled(Array.from({ length: 9 }, execute))
    const later: Promise<unknown>[] = []
    for (let passedMs = 0; passedMs < limitMs; passedMs += pollMs) {
      vi.advanceTimersByTime(pollMs)
      later.push(execute())
      await settle()
    }
    expect(settled).toBe(0)
    vi.advanceTimersByTime(pollMs)
    const failed = (await statements).filter(({ status }) => status === 'rejected')
    expect(failed.length).toBeGreaterThanOrEqual(3)
    const cause = { code: 'ETIMEDOUT', message: 'nothing received from Postgres for 65 s' }
    for (const statement of failed) expect(statement).toMatchObject({ reason: { cause } })
    await Promise.allSettled(later)
    // A connection is closed shortly after its statements have failed.
    const encrypted = [{ ssl: sslMode === 'require' }]
    await expect.poll(read).toMatchObject(encrypted)
    expect(await Promise.all([read(), read(), read()])).toMatchObject([encrypted, encrypted, encrypted])
  },
)

test('a statement with a late response within the limit is not interrupted', async () => {
  const [holder, db] = [connect(postgres.url, 1), connect(postgres.url, 1)]
  await holder.execute('select pg_advisory_lock(1)')
  // Drizzle sends it once it is awaited.
  const statement = db.execute('select pg_advisory_lock(1), 1 as one').then((rows) => rows)
  const isWaiting = async () =>
    (await holder.execute(`select from pg_locks where locktype = 'advisory' and not granted`)).length > 0
  await until('the statement to wait for the lock', isWaiting)
  vi.advanceTimersByTime(limitMs - pollMs)
  await settle()
  await holder.execute('select pg_advisory_unlock(1)')
  expect(await statement).toMatchObject([{ one: 1 }])
})

test("a host that refuses connections or can't be resolved fails as without it", async () => {
  for (const url of ['postgres://u@127.0.0.1:1/x', 'postgres://u@no-such-host.invalid/x']) {
    const db = connect(url, 1)
    for (let attempt = 0; attempt < 3; attempt++) await expect(db.execute('select 1')).rejects.toThrow()
  }
})
