import { randomUUID } from 'node:crypto'
import type { PgBoss } from 'pg-boss'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import {
  countActive,
  enqueue,
  hasWaiting,
  notify,
  retrySilent,
  type TaskJob,
} from '../src/engine/job-queue.ts'
import { taskQueue } from '../src/engine/queues.ts'
import { createEngineCluster } from './support/engine-cluster.ts'

const [task, other] = [randomUUID(), randomUUID()]
const hourMs = 3_600_000

let database: TestDatabase
let cluster: ReturnType<typeof createEngineCluster>
let boss: PgBoss

beforeEach(async () => {
  database = await createTestDatabase(postgresUrl())
  cluster = createEngineCluster(database.url)
  // It creates the queues, and fetches no jobs.
  await cluster.startEngine({ worker: null }).check()
  boss = await cluster.openQueues()
})
afterEach(async () => {
  await cluster.close()
  await database.drop()
})

async function list() {
  const jobs = await boss.findJobs<TaskJob>(taskQueue)
  return jobs.map(({ data, state }) => ({ ...data, state }))
}

test('a job whose lease expired can be fetched immediately, and no other job', async () => {
  await enqueue(boss, [{ taskId: task, slot: 0 }])
  const [first] = await boss.fetch(taskQueue)
  await retrySilent(boss, hourMs)
  expect(await list()).toEqual([{ taskId: task, slot: 0, state: 'active' }])
  // With a start time in the future.
  await retrySilent(boss, -hourMs)
  const [second] = await boss.fetch(taskQueue)
  expect(second).toMatchObject({ id: first?.id, data: { taskId: task, slot: 0 }, retryCount: 1 })
})

test('a worker slot has one job, waiting or active', async () => {
  await notify(boss, task, 2)
  await boss.fetch(taskQueue)
  await notify(boss, task, 2)
  expect((await list()).toSorted((a, b) => a.state.localeCompare(b.state))).toEqual([
    { taskId: task, slot: 0, state: 'active' },
    { taskId: task, slot: 1, state: 'created' },
  ])
})

test('another task counts as waiting if its job could start now', async () => {
  const job = { taskId: task, slot: 0 }
  await enqueue(boss, [job])
  await enqueue(boss, [{ taskId: other, slot: 0 }], hourMs)
  expect(await hasWaiting(boss, job)).toBe(false)
  await notify(boss, other)
  expect(await hasWaiting(boss, job)).toBe(true)
})

test('another task counts as waiting also behind many jobs that may not start yet', async () => {
  const job = { taskId: task, slot: 0 }
  const delayed = Array.from({ length: 150 }, () => ({ taskId: randomUUID(), slot: 0 }))
  await enqueue(boss, delayed, hourMs)
  expect(await hasWaiting(boss, job)).toBe(false)
  await enqueue(boss, [{ taskId: other, slot: 0 }])
  expect(await hasWaiting(boss, job)).toBe(true)
})

test('all active jobs are counted, however many jobs are listed at once', async () => {
  await notify(boss, task, 7)
  await boss.fetch(taskQueue, { batchSize: 3 })
  for (const pageSize of [1, 2, 3, 7, 100]) expect(await countActive(boss, pageSize)).toBe(3)
})

test('the first worker of a task does not yield to a second worker of another task, its second worker does', async () => {
  await enqueue(boss, [{ taskId: other, slot: 1 }])
  expect(await hasWaiting(boss, { taskId: task, slot: 0 })).toBe(false)
  expect(await hasWaiting(boss, { taskId: task, slot: 1 })).toBe(true)
})
