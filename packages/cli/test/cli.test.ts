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
  server = await startServerProcess({ DATABASE_URL: harness.databaseUrl, OPENSEARCH_URL: openSearchUrl })
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
  expect(building.err()).toBe('')
  const task = taskSchema.parse(JSON.parse(building.out()))
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

test('Ctrl-C ends the wait but not the task', async () => {
  const suffix = `${harness.suffix}-interrupted`
  const { child, err, exited } = start('reindex', 'image', '--suffix', suffix, '--wait')
  await expect.poll(err, { timeout: 30_000 }).toContain('%')
  child.kill('SIGINT')
  expect(await exited).toBe(130)
  const [, id = ''] = /^task (\S+) continues$/m.exec(err()) ?? []
  expect((await server.waitForEnd(id)).status).toBe('succeeded')
  expect((await run('task', id, '--wait')).code).toBe(0)
})

test('a task is cancelled during the load and retried', async () => {
  const suffix = `${harness.suffix}-cancelled`
  const { out } = await run('reindex', 'image', '--suffix', suffix, '--json')
  const id = taskSchema.parse(JSON.parse(out)).task_id
  const slowed = await run('limits', id, '--documents-per-second', '100')
  expect(slowed.code).toBe(0)
  await server.waitFor(id, ({ counts }: Task) => counts.read > 0)
  expect((await run('cancel', id, '--wait')).code).toBe(0)
  expect((await run('stat', `image-${suffix}`)).out).toContain('does not exist')

  expect((await run('retry', id)).code).toBe(0)
  expect((await run('limits', id, '--documents-per-second', 'none')).code).toBe(0)
  expect(await run('task', id, '--wait')).toMatchObject({ code: 0 })
  await expectIndexToEqualDatabase(harness, 'image', `image-${suffix}`)
})

test('a closed output pipe does not fail the command', async () => {
  const { child, out, exited } = start('tasks', '--watch', '--json')
  await expect.poll(out, { timeout: 30_000 }).toContain('\n')
  child.stdout.destroy()
  // There is output, but no reader.
  await run('reindex', 'audio', '--suffix', `${harness.suffix}-unread`, '--wait')
  expect(await exited).toBe(0)
})
