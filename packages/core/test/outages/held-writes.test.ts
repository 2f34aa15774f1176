import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { runTask, submitTask, type TaskContext, type TaskRecord } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { waitForTask } from '../support/wait-for-task.ts'
import { postgresUrl } from '../support/postgres-url.ts'

const rows = 6_000

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadImages(harness, rows)
})
afterEach(() => harness.close())

const submit = () =>
  submitTask(harness.context, { model: 'image', action: 'REINDEX', index_suffix: harness.suffix })
const waitFor = (task: TaskRecord, wanted: (task: TaskRecord) => boolean) =>
  waitForTask(harness.context.store, task.id, wanted)

/** A block on the index of a task, as set by an operator or, on a full disk, by OpenSearch itself. */
function setBlock(task: TaskRecord, name: string, on: boolean) {
  return harness.search.indices.putSettings({
    index: task.index,
    body: { [`index.blocks.${name}`]: on ? true : null },
  })
}

/** The same context, in which the index is blocked once some rows were written. */
function blockingAfterFirstBulk(task: TaskRecord, name: string): TaskContext {
  let blocked = false
  const search = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    if (call === 'bulk' && !blocked) {
      blocked = true
      await setBlock(task, name, true)
    }
    return response
  })
  return { ...harness.context, search }
}

test.each([
  ['read_only_allow_delete', '/12/'],
  ['write', 'FORBIDDEN/8/'],
  ['read_only', 'FORBIDDEN/5/'],
])(
  'a task names a block of kind %s immediately, waits for its end, and loses or double-counts nothing',
  async (name, reason) => {
    const task = await submit()
    const ended = runToEnd(blockingAfterFirstBulk(task, name), task.id)
    const { waiting } = await waitFor(task, (seen) => seen.waiting !== null)
    expect(waiting).toMatchObject({ for: 'opensearch' })
    expect(waiting?.reason).toContain(reason)
    // A retry continues the same wait, and the next attempt is later.
    const later = await waitFor(task, (seen) => seen.waiting?.next_attempt_at !== waiting?.next_attempt_at)
    expect(later.waiting).toMatchObject({ since: waiting?.since, reason: waiting?.reason })
    await setBlock(task, name, false)
    expect(await ended).toMatchObject({
      status: 'succeeded',
      waiting: null,
      error: null,
      counts: { read: rows, failed: 0 },
    })
    await expectIndexToEqualDatabase(harness, 'image', task.index)
  },
)

test('the outage timeout continues over runs of other processes, and the task fails with the original reason', async () => {
  const task = await submit()
  const blocking = blockingAfterFirstBulk(task, 'read_only_allow_delete')
  const impatient = { ...blocking, settings: { ...blocking.settings, outageTimeoutMs: 2_000 } }
  const begins = new Set<string>()
  let ended: TaskRecord | null = null
  while (!ended) {
    // Each run only has the stored task.
    const run = await runTask(impatient, task.id, { waitForOthers: false })
    if (run.paused) {
      const seen = await harness.context.store.get(task.id)
      if (seen?.waiting) begins.add(seen.waiting.since)
      await harness.context.clock.sleep(run.waitMs)
    } else ended = run.task
  }
  expect(begins.size).toBe(1)
  expect(ended).toMatchObject({ status: 'failed', waiting: null, error: { code: 'search_unavailable' } })
  expect(ended.error?.detail).toContain('blocked by: [TOO_MANY_REQUESTS/12/')

  await setBlock(task, 'read_only_allow_delete', false)
  await harness.context.store.retry(task.id)
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'succeeded',
    counts: { read: rows },
  })
  await expectIndexToEqualDatabase(harness, 'image', task.index)
})

test("a cancel waits while its index can't be deleted, and leaves none", async () => {
  const task = await submit()
  const blocking = blockingAfterFirstBulk(task, 'read_only')
  const stopping = new AbortController()
  const stopped = runTask(blocking, task.id, { signal: stopping.signal })
  await waitFor(task, ({ waiting }) => waiting !== null)
  stopping.abort()
  expect(await stopped).toMatchObject({ paused: true })
  await harness.context.store.cancel(task.id)
  // A task that is not cancelled would fail at its second attempt.
  const ended = runToEnd({ ...blocking, settings: { ...blocking.settings, outageTimeoutMs: 1 } }, task.id)
  const patient = await waitFor(
    task,
    ({ phase, waiting }) =>
      phase === 'cancelling' &&
      waiting !== null &&
      Date.parse(waiting.next_attempt_at) - Date.parse(waiting.since) > 1_500,
  )
  expect(patient.waiting?.reason).toContain('FORBIDDEN/5/')
  await setBlock(task, 'read_only', false)
  expect(await ended).toMatchObject({ status: 'cancelled', error: null })
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
})
