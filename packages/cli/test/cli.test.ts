import { randomUUID } from 'node:crypto'
import { taskEventSchema, taskSchema, type Task } from '@ingestion-server/core/contract'
import { loadSampleData } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import {
  createHarness,
  expectIndexToEqualDatabase,
  type Harness,
} from '@ingestion-server/core/testing/harness.ts'
import { sampleDataDir } from '@ingestion-server/core/testing/sample-data.ts'
import { runCli } from '../src/run-cli.ts'
import { startCliProcess } from './support/cli-process.ts'
import { createCliStreams } from './support/cli-streams.ts'
import { startServerProcess, type ServerProcess } from '@ingestion-server/server/testing/server-process.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let harness: Harness
let server: ServerProcess
beforeAll(async () => {
  const openSearchUrl = inject('openSearchUrl')
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl })
  await loadSampleData(harness.databaseUrl, sampleDataDir)
  server = await startServerProcess({
    DATABASE_URL: harness.databaseUrl,
    OPENSEARCH_URL: openSearchUrl,
    // Some rows in each request, so that a limit slows a task of few rows.
    TARGET_BODY_LENGTH: '100000',
  })
  // It listens before the tables of its tasks exist.
  await waitUntilReady(server.baseUrl)
})
afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await harness.close()
})

/** In a separate process. */
const start = (...args: string[]) => startCliProcess(args, { INGESTION_URL: server.baseUrl })

/** In this process, which is faster. */
async function run(...args: string[]) {
  const { io, out, err } = createCliStreams({ env: { INGESTION_URL: server.baseUrl } })
  return { code: await runCli(args, io), out: out(), err: err() }
}

test('an index is built, shown and deleted from the command line', async () => {
  const suffix = `${harness.suffix}-cli`
  const name = `image-${suffix}`
  const building = start('reindex', 'image', '--suffix', suffix, '--wait', '--json')
  expect(await building.exited).toBe(0)
  expect(building.log()).toBe('')
  const task = taskSchema.parse(JSON.parse(building.output()))
  expect(task).toMatchObject({ status: 'succeeded', index: name, progress: 100, counts: { read: 2_899 } })
  const { documents } = await expectIndexToEqualDatabase(harness, 'image', name)

  const shown = await run('index', name)
  expect(shown.code).toBe(0)
  expect(shown.out).toMatch(new RegExp(`^documents +${documents.size.toLocaleString('en-US')}$`, 'm'))
  expect(shown.out).toMatch(new RegExp(`^built by +task ${task.task_id}$`, 'm'))
  expect((await run('indices', 'image')).out).toContain(name)

  const events = (await run('events', task.task_id, '--json')).out.trimEnd().split('\n')
  const types = events.map((line) => taskEventSchema.parse(JSON.parse(line)).type)
  expect(types.at(0)).toBe('created')
  expect(types.at(-1)).toBe('succeeded')

  const again = await run('reindex', 'image', '--suffix', suffix)
  expect(again.code).toBe(3)
  expect(again.err).toContain('index_exists')
  const plan = await run('reindex', 'image', '--suffix', suffix, '--dry-run')
  expect(plan.code).toBe(3)
  expect(plan.out).toContain('index_exists')

  expect((await run('delete', 'image', '--suffix', suffix)).code).toBe(2)
  const deleted = await run('delete', 'image', '--suffix', suffix, '--yes', '--wait')
  expect(deleted).toMatchObject({ code: 0 })
  expect((await run('stat', name)).out).toBe(`${name} does not exist\n`)
  expect((await run('index', name)).code).toBe(3)
})

test('a second command with the same key builds nothing, and shows the first task', async () => {
  const args = [
    'reindex',
    'audio',
    '--suffix',
    `${harness.suffix}-key`,
    '--idempotency-key',
    harness.suffix,
    '--json',
  ]
  const first = await run(...args, '--wait')
  const second = await run(...args)
  expect([first.code, second.code]).toEqual([0, 0])
  expect(JSON.parse(second.out)).toEqual(JSON.parse(first.out))
})

/** Starts a task that takes half a minute, until its limit is lifted. @returns its id */
function startLimited(...args: string[]): Promise<string> {
  return harness.sql.begin(async (sql) => {
    // It reads no row before it has the limit.
    await sql`lock table image in access exclusive mode`
    const { out } = await run('reindex', 'image', ...args, '--json')
    const { task_id: id } = taskSchema.parse(JSON.parse(out))
    expect((await run('limits', id, '--documents-per-second', '100')).code).toBe(0)
    return id
  })
}

test('Ctrl-C ends the wait but not the task', async () => {
  const args = ['--suffix', `${harness.suffix}-interrupted`, '--idempotency-key', randomUUID()]
  const id = await startLimited(...args)
  const { stop, log } = start('reindex', 'image', ...args, '--wait')
  await expect.poll(log).toContain('%')
  expect(await stop('SIGINT')).toBe(130)
  expect(log()).toMatch(new RegExp(`^task ${id} continues$`, 'm'))
  expect((await server.getTask(id)).active).toBe(true)
  expect((await run('limits', id, '--documents-per-second', 'none')).code).toBe(0)
  expect((await server.waitForEnd(id)).status).toBe('succeeded')
  expect((await run('task', id, '--wait')).code).toBe(0)
})

test('a task is cancelled during the load and retried', async () => {
  const suffix = `${harness.suffix}-cancelled`
  const id = await startLimited('--suffix', suffix)
  await server.waitFor(id, ({ counts }: Task) => counts.read > 0)
  expect((await run('cancel', id, '--wait')).code).toBe(0)
  expect((await run('stat', `image-${suffix}`)).out).toContain('does not exist')

  expect((await run('retry', id)).code).toBe(0)
  expect((await run('limits', id, '--documents-per-second', 'none')).code).toBe(0)
  expect(await run('task', id, '--wait')).toMatchObject({ code: 0 })
  await expectIndexToEqualDatabase(harness, 'image', `image-${suffix}`)
})

test('a closed output pipe does not fail the command', async () => {
  const { child, output, exited } = start('tasks', '--watch', '--json')
  await expect.poll(output).toContain('\n')
  child.stdout?.destroy()
  // There is output, but no reader.
  await run('reindex', 'audio', '--suffix', `${harness.suffix}-unread`, '--wait')
  expect(await exited).toBe(0)
})
