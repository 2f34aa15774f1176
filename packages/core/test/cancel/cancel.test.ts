import { afterEach, beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import {
  connectOpenSearch,
  collectOrphans,
  runTask,
  submitTask,
  type RunResult,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'
import { holdCalls } from '../support/hold-calls.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { startTcpProxy, throughProxy } from '../support/tcp-proxy.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { waitForTask } from '../support/wait-for-task.ts'

let harness: Harness
let index: string
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  index = `image-${harness.suffix}`
})
afterEach(() => harness.close())

const waitFor = (taskId: string, wanted: (task: TaskRecord) => boolean) =>
  waitForTask(harness.context.store, taskId, wanted)

const submit = () =>
  submitTask(harness.context, { model: 'image', action: 'REINDEX', index_suffix: harness.suffix })
const exists = async (name = index) => (await harness.search.indices.exists({ index: name })).body
const isDone = (run: RunResult) => !run.paused && run.task

/** A worker whose calls of one name are held from a number on. */
function holdWorker(name: string, from = 1) {
  const held = holdCalls(harness.search, name, (nth) => nth >= from)
  const context: TaskContext = { ...harness.context, search: held.search, worker: 'held' }
  return { ...held, context }
}

test('a cancel during a bulk request deletes the partial index, and the late request writes nothing', async () => {
  await loadImages(harness, 3_000)
  const task = await submit()
  const held = holdWorker('bulk', 4)
  const stale = runTask(held.context, task.id)
  await held.reached
  await harness.context.store.cancel(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'cancelled', error: null })
  expect(await exists()).toBe(false)
  held.goOn()
  expect(isDone(await stale)).toMatchObject({ status: 'cancelled' })
  expect(await exists()).toBe(false)
  expect(await harness.context.store.findReservation(index)).toBeNull()
})

test('a bulk request in flight at the cancel changes nothing in the index that a retry builds', async () => {
  await loadImages(harness, 1_500)
  const task = await submit()
  const held = holdWorker('bulk', 2)
  const stale = runTask(held.context, task.id)
  await held.reached
  await harness.context.store.cancel(task.id)
  await runToEnd(harness.context, task.id)
  // The documents of the late bulk request are older than those that the retry reads.
  await harness.sql`update image set title = 'newer than the late bulk', updated_on = now()`
  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'succeeded',
    attempt: 2,
    counts: { read: 1_500 },
  })
  held.goOn()
  await stale
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a bulk request sent under an expired lease changes nothing in an index that was finished meanwhile', async () => {
  await loadImages(harness, 1_500)
  const task = await submit()
  // A lease that expires immediately is not renewed, so others take the item over as if this worker had frozen.
  const held = holdWorker('bulk', 2)
  const stale = runTask(
    { ...held.context, settings: { ...held.context.settings, leaseMs: 1 }, clock: frozenClock() },
    task.id,
  )
  await held.reached
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'succeeded' })
  await harness.sql`update image set title = 'changed since'`
  const before = await harness.search.indices.stats({ index, metric: ['indexing'] })
  held.goOn()
  expect(isDone(await stale)).toMatchObject({ status: 'succeeded', attempt: 1 })
  const after = await harness.search.indices.stats({ index, metric: ['indexing'] })
  expect(after.body._all.total?.indexing).toEqual(before.body._all.total?.indexing)
  expect((await harness.search.indices.getAlias({ index })).body[index]?.aliases).toEqual({})
})

/** No time passes: leases are not renewed. */
const frozenClock = () => createManualClock({ startAt: Date.now() }).clock

test('an index kept with keep_index has no write alias and no block, and a retry starts over', async () => {
  await loadImages(harness, 3_000)
  const task = await submit()
  const held = holdWorker('bulk', 4)
  const stale = runTask(held.context, task.id)
  await held.reached
  await harness.context.store.cancel(task.id, { keepIndex: true })
  held.goOn()
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'cancelled', keepIndex: true })
  await stale
  const { body } = await harness.search.indices.get({ index })
  expect(body[index]?.aliases).toEqual({})
  expect(body[index]?.settings?.['index']).not.toHaveProperty('blocks')

  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'succeeded',
    keepIndex: false,
    counts: { read: 3_000 },
  })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a cancel while the index is being created leaves no index', async () => {
  await loadImages(harness, 10)
  const task = await submit()
  const held = holdWorker('indices.create')
  const planning = runTask(held.context, task.id)
  await held.reached
  await harness.context.store.cancel(task.id)
  // No worker cleans up before the call in flight has returned.
  const tried = await runTask(harness.context, task.id, { waitForOthers: false })
  expect(tried).toMatchObject({ paused: true, waitMs: expect.any(Number) as number })
  held.goOn()
  expect(isDone(await planning)).toMatchObject({ status: 'cancelled' })
  expect(await exists()).toBe(false)
})

test('the maintenance job removes an index that a frozen worker creates after the cleanup of a cancel', async () => {
  await loadImages(harness, 10)
  const task = await submit()
  const held = holdWorker('indices.create')
  const settings = { ...held.context.settings, leaseMs: 1 }
  const stale = runTask({ ...held.context, settings, clock: frozenClock() }, task.id)
  await held.reached
  await harness.context.store.cancel(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'cancelled' })
  expect(await exists()).toBe(false)
  held.goOn()
  expect(isDone(await stale)).toMatchObject({ status: 'cancelled' })
  expect(await exists()).toBe(true)
  await collectOrphans(harness.context, new AbortController().signal)
  expect(await exists()).toBe(false)
})

test('a cancel waits for OpenSearch without the outage timeout of a task, and then cleans up', async () => {
  await loadImages(harness, 3_000)
  const proxy = await startTcpProxy(inject('openSearchUrl'))
  onTestFinished(() => proxy.stop())
  const search = connectOpenSearch(throughProxy(inject('openSearchUrl'), proxy))
  onTestFinished(() => search.close())
  // A task that is not cancelled would fail at its second attempt.
  const settings = { ...harness.context.settings, outageTimeoutMs: 1 }
  const task = await submit()
  const held = holdWorker('bulk', 3)
  const stale = runTask(held.context, task.id)
  await held.reached
  proxy.cut()
  await harness.context.store.cancel(task.id)
  const ended = runToEnd({ ...harness.context, search, settings }, task.id)
  const first = await waitFor(task.id, ({ waiting }) => waiting !== null)
  await waitFor(
    task.id,
    ({ waiting }) => waiting !== null && waiting.next_attempt_at !== first.waiting?.next_attempt_at,
  )
  expect(await harness.context.store.findReservation(index)).toBe(task.id)
  proxy.restore()
  expect(await ended).toMatchObject({ status: 'cancelled', error: null })
  expect(await exists()).toBe(false)
  held.goOn()
  await stale
})

test('a cancel does not delete an index that serves searches', async () => {
  await loadImages(harness, 3_000)
  const task = await submit()
  const held = holdWorker('bulk', 4)
  const stale = runTask(held.context, task.id)
  await held.reached
  const alias = `served-${harness.suffix}`
  await harness.search.indices.putAlias({ index, name: alias })
  await harness.context.store.cancel(task.id)
  held.goOn()
  expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'cancelled' })
  await stale
  expect(Object.keys((await harness.search.indices.getAlias({ index })).body[index]?.aliases ?? {})).toEqual([
    alias,
  ])
  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'index_exists' },
  })
  expect(await exists()).toBe(true)
})
