import { startPgBouncer, type RunningPgBouncer } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createHarness, type Harness } from '../../../packages/core/test/support/harness.ts'
import {
  createTestDatabase,
  type TestDatabase,
  tasksRole,
} from '../../../packages/core/test/test-database.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '../../../packages/core/test/support/postgres-url.ts'

let pooler: RunningPgBouncer
let harness: Harness
let tasks: TestDatabase
let servers: ServerProcess[]

beforeAll(async () => {
  pooler = await startPgBouncer({ postgresUrl: postgresUrl(), poolSize: 3, users: [tasksRole] })
  harness = await createHarness({ postgresUrl: pooler.url, openSearchUrl: inject('openSearchUrl') })
  tasks = await createTestDatabase(pooler.url)
  const env = {
    DATABASE_URL: harness.databaseUrl,
    TASKS_DATABASE_URL: tasks.url,
    OPENSEARCH_URL: inject('openSearchUrl'),
    LOG_LEVEL: 'info',
  }
  servers = await Promise.all([startServerProcess(env), startServerProcess(env)])
})
afterAll(async () => {
  const codes = await Promise.all(servers.map((server) => server.stop()))
  await harness.close()
  await tasks.drop()
  await pooler.stop()
  expect(codes).toEqual([0, 0])
})

test('every task that is answered 202 is there, is worked on, and ends, through two servers', async () => {
  const scheduled = await Promise.all(
    Array.from({ length: 12 }, (_, place) =>
      (servers[place % 2] as ServerProcess).submit({
        model: 'image',
        action: 'REINDEX',
        index_suffix: `${harness.suffix}-${place}`,
      }),
    ),
  )
  const ended = await Promise.all(
    scheduled.map(({ task_id: id }) => (servers[0] as ServerProcess).waitForEnd(id)),
  )
  expect(ended.map(({ status }) => status)).toEqual(scheduled.map(() => 'succeeded'))
})

test('the queue listens for nothing behind a pooler, says so, and has no problem', async () => {
  for (const server of servers) {
    expect(await (await fetch(`${server.baseUrl}/readyz`)).json()).toMatchObject({
      dependencies: { queue: 'up' },
    })
    const lines = server.log().split('\n')
    expect(lines.filter((line) => line.includes('behind a connection pooler'))).toHaveLength(1)
    // Readiness may say that something took long, on a loaded machine.
    expect(lines.filter((line) => /"message":"the queue (has a problem|warns|could not)/.test(line))).toEqual(
      [],
    )
  }
})
