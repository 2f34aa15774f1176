import { setTimeout as delay } from 'node:timers/promises'
import { connectPostgres } from '@ingestion-server/core'
import { startPostgres, type RunningPostgres } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuthority } from '@ingestion-server/core/testing/certificates.ts'
import { startDroppingProxy } from '@ingestion-server/core/testing/dropping-proxy.ts'
import { throughProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { openSocket } from '@ingestion-server/core/node'

let postgres: RunningPostgres
beforeAll(async () => {
  postgres = await startPostgres({ durable: false, tls: createAuthority().issue('127.0.0.1') })
})
afterAll(() => postgres.stop())

const graceMs = 5_000

test.each(['disable', 'require'])(
  'statements over dropped connections fail in time, and the pool recovers (sslmode=%s)',
  async (sslMode) => {
    const proxy = await startDroppingProxy(postgres.url)
    const { db, close } = connectPostgres(`${throughProxy(postgres.url, proxy)}?sslmode=${sslMode}`, {
      maxConnections: 3,
      silenceMs: 1_000,
      openSocket,
    })
    const read = () => db.execute('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    await Promise.all([read(), read(), read()])
    expect(proxy.dropConnections()).toBe(3)
    // More statements than connections: those that are sent after others must not keep a connection.
    const startedAt = performance.now()
    const answers = Promise.allSettled(Array.from({ length: 9 }, read))
    await delay(4_000)
    void read().catch(() => undefined)
    const failed = (await answers).filter(({ status }) => status === 'rejected')
    expect(failed.length).toBeGreaterThanOrEqual(3)
    expect(performance.now() - startedAt).toBeLessThan(graceMs + 5_000)
    // A connection is closed shortly after its statements have failed.
    const encrypted = [{ ssl: sslMode === 'require' }]
    await expect.poll(read).toMatchObject(encrypted)
    expect(await Promise.all([read(), read(), read()])).toMatchObject([encrypted, encrypted, encrypted])
    await close()
    await proxy.stop()
  },
)

test('a statement with a late response within the timeout is not interrupted', async () => {
  const { db, close } = connectPostgres(postgres.url, { maxConnections: 1, silenceMs: 1_000, openSocket })
  expect(await db.execute('select pg_sleep(3), 1 as one')).toMatchObject([{ one: 1 }])
  await close()
})

test("a host that refuses connections or can't be resolved fails as without it", async () => {
  for (const url of ['postgres://u@127.0.0.1:1/x', 'postgres://u@no-such-host.invalid/x']) {
    const { db, close } = connectPostgres(url, { maxConnections: 1, openSocket })
    for (let attempt = 0; attempt < 3; attempt++) await expect(db.execute('select 1')).rejects.toThrow()
    await close(0)
  }
})
