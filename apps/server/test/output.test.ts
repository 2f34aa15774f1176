import { closeSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSampleData } from '@ingestion-server/local-services'
import type { ScheduledTask, Task } from '@ingestion-server/core/contract'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createHarness, type Harness } from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { until } from '@ingestion-server/core/testing/until.ts'
import { postJson } from './support/app-harness.ts'
import { createFifo, startWithOutput } from './support/start-with-output.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let harness: Harness
let directory: string
let indices = 0

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingestion-output-'))
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
})
afterAll(async () => {
  await harness.close()
  await rm(directory, { recursive: true, force: true })
})

function start(output: number) {
  const env = {
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: inject('openSearchUrl'),
    LOG_LEVEL: 'debug',
  }
  return startWithOutput(env, output)
}

/** Runs a task to its end, and expects success. */
async function runTask(baseUrl: string): Promise<void> {
  const body = { model: 'audio', action: 'REINDEX', index_suffix: `${harness.suffix}-${++indices}` }
  const posted = await fetch(`${baseUrl}/task`, postJson(body))
  expect(posted.status).toBe(202)
  const { task_id } = (await posted.json()) as ScheduledTask
  const findEnded = async () => {
    const response = await fetch(`${baseUrl}/task/${task_id}`, { headers: { Prefer: 'wait=5' } })
    const task = (await response.json()) as Task
    return !task.active && task
  }
  const ended = await until(`the end of task ${task_id}`, findEnded)
  expect(ended).toMatchObject({ status: 'succeeded', error: null })
}

test('a server whose log is on a full disk works, and stops cleanly', async () => {
  const full = openSync('/dev/full', 'w')
  const server = await start(full)
  closeSync(full)
  await runTask(server.baseUrl)
  expect(await server.stop()).toBe(0)
})

test('a server whose log has lost its reader works, and reports the lost lines to the next reader', async () => {
  const fifo = createFifo(join(directory, 'left'))
  const server = await start(fifo.writer)
  fifo.closeWriter()
  expect(fifo.read()).toContain(`Listening on ${server.baseUrl}`)
  fifo.closeReader()
  await runTask(server.baseUrl)

  fifo.openReader()
  await runTask(server.baseUrl)
  let log = ''
  await expect.poll(() => (log += fifo.read())).toContain('"task ended"')
  const report = JSON.parse(log.slice(0, log.indexOf('\n'))) as Record<string, unknown>
  expect(report).toMatchObject({ level: 'warn', code: 'EPIPE', dropped: expect.any(Number) as number })
  expect(report['dropped']).toBeGreaterThan(5)
  fifo.closeReader()
  expect(await server.stop()).toBe(0)
})

test('a server whose log is not read for a while works, and loses no line', async () => {
  const fifo = createFifo(join(directory, 'stalled'))
  const server = await start(fifo.writer)
  fifo.closeWriter()
  // More than the pipe holds: 64 KiB.
  for (let count = 0; count < 10; count++) {
    await Promise.all(
      Array.from({ length: 50 }, () => fetch(`${server.baseUrl}/task/00000000-0000-7000-8000-000000000000`)),
    )
  }
  await runTask(server.baseUrl)
  let log = ''
  const countRequests = () => {
    log += fifo.read()
    return log.match(/"message":"request"/g)?.length ?? 0
  }
  await expect.poll(countRequests).toBeGreaterThanOrEqual(500)
  expect(log).not.toContain('log lines were dropped')
  expect(await server.stop()).toBe(0)
  fifo.closeReader()
})
