import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import {
  connectOpenSearch,
  connectPostgres,
  runTask,
  submitTask,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { holdLoad } from '../support/hold-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { startTcpProxy, throughProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import { waitForTask } from '../support/wait-for-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'

const rows = 6_000

let harness: Harness
/** The catalog and OpenSearch are reached through proxies, the tasks directly. */
let context: TaskContext
let proxies: { opensearch: TcpProxy; postgres: TcpProxy }
let close: () => Promise<void>
beforeEach(async () => {
  const openSearchUrl = inject('openSearchUrl')
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl })
  await loadImages(harness, rows)
  proxies = {
    opensearch: await startTcpProxy(openSearchUrl),
    postgres: await startTcpProxy(harness.databaseUrl),
  }
  const search = connectOpenSearch(throughProxy(openSearchUrl, proxies.opensearch))
  const catalog = connectPostgres(throughProxy(harness.databaseUrl, proxies.postgres))
  context = { ...harness.context, search, db: catalog.db }
  close = async () => {
    await catalog.close(0)
    await search.close()
    await Promise.all([proxies.opensearch.stop(), proxies.postgres.stop()])
    await harness.close()
  }
})
afterEach(() => close())

const submit = () => submitTask(context, { model: 'image', action: 'REINDEX', index_suffix: harness.suffix })

/** Cuts a service while pages are saved and others are not yet sent. @returns the end of the task */
async function cutDuringLoad(taskId: string, service: keyof typeof proxies, settings = context.settings) {
  const load = holdLoad(context.search, harness.context.store, taskId)
  const ended = runToEnd({ ...context, settings, search: load.search }, taskId)
  await load.reached
  proxies[service].cut()
  load.goOn()
  return { ended }
}

const waitFor = (taskId: string, wanted: (task: TaskRecord) => boolean) =>
  waitForTask(harness.context.store, taskId, wanted)

test.each(['opensearch', 'postgres'] as const)(
  'a task waits while %s is unavailable during the load, shows it, and continues',
  async (service) => {
    const task = await submit()
    const { ended } = await cutDuringLoad(task.id, service)
    const waiting = await waitFor(task.id, (task) => task.waiting !== null)
    expect(waiting).toMatchObject({ status: 'running', error: null, waiting: { for: service } })
    expect(waiting.counts.read).toBeLessThan(rows)
    proxies[service].restore()
    expect(await ended).toMatchObject({ status: 'succeeded', waiting: null, counts: { read: rows } })
    await expectIndexToEqualDatabase(harness, 'image', task.index)
  },
)

test.each([
  ['opensearch', 'search_unavailable'],
  ['postgres', 'database_unavailable'],
] as const)(
  'a task fails with the reason when %s stays unavailable, and can be retried',
  async (service, code) => {
    const task = await submit()
    const { ended } = await cutDuringLoad(task.id, service, { ...context.settings, outageTimeoutMs: 300 })
    expect(await ended).toMatchObject({ status: 'failed', error: { code }, waiting: null })

    proxies[service].restore()
    await harness.context.store.retry(task.id)
    expect(await runToEnd(context, task.id)).toMatchObject({
      status: 'succeeded',
      error: null,
      counts: { read: rows },
    })
    await expectIndexToEqualDatabase(harness, 'image', task.index)
  },
)

test('a task that is submitted while OpenSearch is unavailable waits for it', async () => {
  proxies.opensearch.cut()
  const task = await submit()
  const ended = runToEnd(context, task.id)
  await waitFor(task.id, ({ waiting }) => waiting?.for === 'opensearch')
  proxies.opensearch.restore()
  expect(await ended).toMatchObject({ status: 'succeeded', counts: { read: rows } })
})

test('time slices of a few milliseconds give the same index, and two concurrent callers share the work', async () => {
  const task = await submit()
  const work = async () => {
    for (;;) {
      const result = await runTask(context, task.id, { deadline: Date.now() + 30 })
      if (!result.paused) return result.task
    }
  }
  const [first, second] = await Promise.all([work(), work()])
  expect(first).toMatchObject({ status: 'succeeded', counts: { read: rows } })
  expect(second.id).toBe(first.id)
  await expectIndexToEqualDatabase(harness, 'image', task.index)
})
