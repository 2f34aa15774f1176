import { startPgBouncer, type RunningPgBouncer } from '@ingestion-server/local-services'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { createHarness, type Harness } from '@ingestion-server/core/testing/harness.ts'
import {
  createTestDatabase,
  type TestDatabase,
  tasksRole,
} from '@ingestion-server/core/testing/test-database.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { createEngineCluster } from './support/engine-cluster.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const poolSize = 3
let pooler: RunningPgBouncer
let harness: Harness
let tasks: TestDatabase
let servers: ServerProcess[]

beforeAll(async () => {
  pooler = await startPgBouncer({ postgresUrl: postgresUrl(), poolSize, users: [tasksRole] })
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

/** The same database, through the pooler. */
const throughPooler = (url: string) =>
  Object.assign(new URL(pooler.url), { pathname: new URL(url).pathname }).href

test('through two servers, every task answered with 202 is stored, run and ended', async () => {
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

test('the job queue does not use LISTEN behind a pooler, logs that, and has no error', async () => {
  for (const server of servers) {
    await expect.poll(server.readReadiness).toMatchObject({ dependencies: { queue: 'up' } })
    const lines = server.log().split('\n')
    expect(lines.filter((line) => line.includes('behind a connection pooler'))).toHaveLength(1)
    // On a loaded machine, readiness may log that a check took long.
    expect(lines.filter((line) => /"message":"job queue (error|warning|could not)/.test(line))).toEqual([])
  }
})

/** Lets each of the pooler's sessions create a schema: the catalog entries that it reads stay in its caches. */
async function warmUp(url: string) {
  const sql = postgres(url, { max: poolSize, prepare: false })
  const together = Promise.withResolvers<void>()
  let open = 0
  const work = Array.from({ length: poolSize }, (_, place) =>
    sql
      .begin(async (tx) => {
        await tx`create schema ${tx(`warm_${place}`)}`
        if (++open === poolSize) together.resolve()
        await together.promise
        throw new Error('rolled back')
      })
      .catch(() => undefined),
  )
  await Promise.all(work)
  await sql.end()
}

test('engines that start at the same time on an empty database do not disturb each other', async () => {
  const direct = await createTestDatabase(postgresUrl())
  onTestFinished(() => direct.drop())
  const [holder, watch] = [0, 1].map(() => postgres(direct.url, { max: 1 })) as [postgres.Sql, postgres.Sql]
  onTestFinished(async () => void (await Promise.all([holder.end(), watch.end()])))
  const cluster = createEngineCluster(throughPooler(direct.url))
  onTestFinished(() => cluster.close())
  await warmUp(throughPooler(direct.url))
  const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  onTestFinished(() => release.resolve())
  const held = holder.begin(async (tx) => {
    // No schema can be created meanwhile: both engines have checked before either creates one.
    await tx`lock table pg_catalog.pg_namespace in share mode`
    locked.resolve()
    await release.promise
  })
  await Promise.race([locked.promise, held])
  const together = [cluster.startEngine(), cluster.startEngine()]
  const areWaiting = async () => {
    const [row] = await watch`select count(*)::int as count from pg_locks
      where not granted and database = (select oid from pg_database where datname = current_database())`
    return row?.['count'] === together.length
  }
  await until('both engines to wait for the lock', areWaiting)
  release.resolve()
  await held
  await Promise.all(together.map((engine) => engine.check()))
  expect(cluster.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([])
})
