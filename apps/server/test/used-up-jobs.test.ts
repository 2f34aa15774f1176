import { TestClock } from 'pg-boss'
import { expect, onTestFinished, test } from 'vitest'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'
import { createTestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { maintenanceQueue, taskQueue } from '../src/engine/queues.ts'
import { createEngineCluster, done } from './support/engine-cluster.ts'

/** How long a finished maintenance job is kept, and the longest interval at which the queue looks for such jobs. */
const [keptMs, intervalMs] = [600_000, 60_000]
const tickMs = 5_000

test('a finished job is removed from the queue within minutes, not once a day', async () => {
  const database = await createTestDatabase(postgresUrl())
  const cluster = createEngineCluster(database.url)
  onTestFinished(async () => {
    await cluster.close()
    await database.drop()
  })
  const queueClock = new TestClock()
  const task = cluster.addTask(async (taskId) => done(taskId))
  const engine = cluster.startEngine({ queueClock, worker: { maintenance: [async () => undefined] } })
  await engine.check()
  const queues = await cluster.openQueues()
  const states = async (queue: string) => (await queues.findJobs(queue)).map(({ state }) => state)

  await until('the task and its maintenance job to end', async () => {
    await queueClock.tick(tickMs)
    return !cluster.active.has(task) && (await states(maintenanceQueue)).includes('completed')
  })
  await until('no job of a task', async () => (await states(taskQueue)).length === 0)

  await queueClock.setTime(queueClock.now() + keptMs)
  for (let passedMs = 0; passedMs <= intervalMs; passedMs += tickMs) await queueClock.tick(tickMs)
  expect(await states(maintenanceQueue)).toEqual([])
})
