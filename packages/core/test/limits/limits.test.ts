import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { runTask, submitTask, type TaskRecord } from '../../src/index.ts'
import { createHarness, expectIndexToEqualDatabase, runToEnd, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { waitForTask } from '../support/wait-for-task.ts'

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
    settings: { leaseMs: 1_500 },
  })
  await loadImages(harness, 2_500)
})
afterEach(() => harness.close())

const waitFor = (taskId: string, wanted: (task: TaskRecord) => boolean) =>
  waitForTask(harness.context.store, taskId, wanted)

const submit = (limits: { documentsPerSecond: number }) =>
  submitTask(harness.context, { model: 'image', action: 'REINDEX', index_suffix: harness.suffix }, { limits })

test('a load at one document per second pauses after its first page until its limit is lifted', async () => {
  const task = await submit({ documentsPerSecond: 1 })
  const ended = runToEnd(harness.context, task.id)
  const first = await waitFor(task.id, ({ counts }) => counts.read > 0)
  expect(first.counts.read).toBeLessThan(1_000)
  // At this rate the rest would take most of an hour.
  await harness.context.store.setLimits(task.id, { documentsPerSecond: null })
  expect(await ended).toMatchObject({ status: 'succeeded', counts: { read: 2_500 } })
  await expectIndexToEqualDatabase(harness, 'image', `image-${harness.suffix}`)
})

test('a load that waits for its rate limit returns its item immediately on abort', async () => {
  const task = await submit({ documentsPerSecond: 1 })
  const stopping = new AbortController()
  const paused = runTask(harness.context, task.id, { signal: stopping.signal })
  await waitFor(task.id, ({ counts }) => counts.read > 0)
  stopping.abort()
  expect(await paused).toEqual({ paused: true, waitMs: 0 })
  const { items } = await harness.context.store.items(task.id, { pageSize: 10 })
  expect(items.map(({ state }) => state)).not.toContain('claimed')
})
