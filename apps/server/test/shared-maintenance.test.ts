import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createHarness, type Harness } from '@ingestion-server/core/testing/harness.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const day = 86_400_000

let harness: Harness
let servers: ServerProcess[]
let old: Record<'ended' | 'recent' | 'active', string>

beforeAll(async () => {
  const openSearchUrl = inject('openSearchUrl')
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl })
  const [ended, recent] = [await harness.reindex(), await harness.reindex({ model: 'audio' })]
  const request = { model: 'image', action: 'REINDEX' } as const
  const active = await harness.context.store.create({ ...request, request, index: 'image-x', reserve: [] })
  old = { ended: ended.id, recent: recent.id, active: active.id }
  // A worker would end it.
  await harness.sql`update ingestion.task set lease_until = now() + interval '1 day' where id = ${active.id}`
  for (const id of [ended.id, active.id])
    await harness.sql`update ingestion.task set created_at = created_at - interval '9 days' where id = ${id}`
  await harness.sql`update ingestion.task set finished_at = ${new Date(Date.now() - 3 * day)} where id = ${ended.id}`
  const env = {
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: openSearchUrl,
    RETENTION_DAYS: '2',
    LEASE_SECONDS: '60',
  }
  servers = await Promise.all([startServerProcess(env), startServerProcess(env)])
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await harness.close()
})

test('tasks that ended too long ago are removed while the server runs, and no others', async () => {
  const { store } = harness.context
  await expect.poll(() => store.get(old.ended), { message: 'an old task' }).toBeNull()
  expect(await store.get(old.recent)).toMatchObject({ status: 'succeeded' })
  expect(await store.get(old.active)).not.toBeNull()
})

test('metrics of the database are exported by one of two processes, and by the other when that one stops', async () => {
  const readSuccesses = async ({ baseUrl }: ServerProcess): Promise<number> => {
    const text = await (await fetch(`${baseUrl}/metrics`)).text()
    expect(text).toContain('process_cpu_seconds_total')
    const lines = text.split('\n').filter((line) => line.includes('status="succeeded"'))
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
  }
  const [one, other] = servers as [ServerProcess, ServerProcess]
  // The tables of the tasks exist once a server is ready.
  await expect.poll(() => readSuccesses(one), { message: 'successful runs' }).toBe(2)
  expect(await readSuccesses(other)).toBe(0)
  expect(await readSuccesses(one)).toBe(2)
  await one.stop()
  expect(await readSuccesses(other)).toBe(2)
})
