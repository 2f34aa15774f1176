import { resolve } from 'node:path'
import { scheduledTaskSchema, taskSchema, type Task } from '@ingestion-server/core'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { findRuntime } from '@ingestion-server/core/testing/runtime/run-on.ts'
import { startWorker, type WorkerProcess } from '@ingestion-server/core/testing/runtime/start-worker.ts'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { startServer } from './support/run-server.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let harness: Harness
beforeAll(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(() => harness.close())

const env = () => ({ DATABASE_URL: harness.databaseUrl, OPENSEARCH_URL: inject('openSearchUrl') })
const reindex = (name: string) => ({
  model: 'audio',
  action: 'REINDEX',
  index_suffix: `${harness.suffix}-${name}`,
})

async function expectBuilt(task: Task, name: string): Promise<void> {
  expect(task).toMatchObject({ status: 'succeeded', progress: 100, error: null, counts: { read: 100 } })
  await expectIndexToEqualDatabase(harness, 'audio', `audio-${harness.suffix}-${name}`)
}

const sources = resolve(import.meta.dirname, '../src/main.ts')
const thisNode = { program: process.execPath, args: [] }

test.each(['this Node', 'Deno 2', 'Bun 1.4'] as const)(
  'the whole server, including its queue, runs from its sources on %s',
  async (runtime) => {
    const name = runtime.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
    const { program, args } = runtime === 'this Node' ? thisNode : await findRuntime(runtime)
    const server = await startServer({ program, args, main: sources }, env())
    try {
      const { task_id } = await server.submit(reindex(name))
      await expectBuilt(await server.waitForEnd(task_id), name)
      const again = await fetch(`${server.baseUrl}/task`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(reindex(name)),
      })
      expect(again.status).toBe(409)
      expect(await again.json()).toMatchObject({ code: 'index_exists' })
      expect(await (await fetch(`${server.baseUrl}/metrics`)).text()).toContain('ingestion_')
    } finally {
      expect(await server.stop()).toBe(0)
    }
  },
)

test('on workerd the server responds, and runs tasks in time slices to their end', async () => {
  const token = 'a-token-for-the-edge'
  const entry = resolve(import.meta.dirname, '../src/main.worker.ts')
  const worker = await startWorker(entry, {
    ...env(),
    API_TOKEN: token,
    SLICE_SECONDS: '0.2',
    ROWS_PER_ITEM: '500',
    TARGET_BODY_LENGTH: '20000',
    LOG_LEVEL: 'error',
  })
  const call = (path: string, body?: object) =>
    worker.fetch(path, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
  try {
    expect((await worker.fetch('/livez')).status).toBe(200)
    expect((await worker.fetch('/task')).status).toBe(401)
    await expect.poll(async () => (await call('/readyz')).json()).toMatchObject({ status: 'ready' })

    const scheduled = await call('/task', reindex('workerd'))
    expect(scheduled.status).toBe(202)
    const { task_id } = scheduledTaskSchema.parse(await scheduled.json())
    const again = await call('/task', reindex('workerd'))
    expect(again.status).toBe(409)
    await again.json()
    const images = await call('/task', { ...reindex('workerd'), model: 'image' })
    const { task_id: imageTask } = scheduledTaskSchema.parse(await images.json())

    await expectBuilt(await workUntilDone(worker, () => getTask(call, task_id)), 'workerd')
    const done = await workUntilDone(worker, () => getTask(call, imageTask))
    expect(done).toMatchObject({ status: 'succeeded', error: null, counts: { read: 2_899 } })
    await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}-workerd`)
  } finally {
    await worker.stop()
  }
})

test('on workerd every caller is refused if no token is set', async () => {
  const worker = await startWorker(resolve(import.meta.dirname, '../src/main.worker.ts'), env())
  try {
    const response = await worker.fetch('/task')
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('not set up')
  } finally {
    await worker.stop()
  }
})

async function getTask(
  call: (path: string) => ReturnType<WorkerProcess['fetch']>,
  id: string,
): Promise<Task> {
  return taskSchema.parse(await (await call(`/task/${id}`)).json())
}

/** Runs the cron trigger until a task has ended. */
async function workUntilDone(worker: WorkerProcess, fetchTask: () => Promise<Task>): Promise<Task> {
  let task = await fetchTask()
  const work = async () => {
    if (task.active) await worker.runScheduled()
    task = await fetchTask()
    return !task.active
  }
  await until(() => `the end of the task: ${JSON.stringify(task)}`, work)
  return task
}
