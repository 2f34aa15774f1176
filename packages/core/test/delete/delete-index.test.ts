import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskContext, TaskRecord, TaskRequest } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { death, failAtCall } from '../support/failing-calls.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { until } from '../support/until.ts'

let harness: PromoteHarness
let model: string
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { leaseMs: 60_000 } })
  ;({ model } = harness)
  await harness.build('live')
  await harness.point('live')
})
afterAll(() => harness.close())

const remove = (index_suffix: string, context?: TaskContext) =>
  harness.run({ action: 'DELETE_INDEX', index_suffix }, context)
const exists = async (suffix: string) =>
  (await harness.search.indices.exists({ index: `${model}-${suffix}` })).statusCode === 200

test('an unused index is deleted, with its record', async () => {
  await harness.build('old', 7)
  const { body } = await harness.search.indices.get({ index: `${model}-old` })
  const uuid = String(body[`${model}-old`]?.settings?.index?.uuid)
  expect(await harness.context.store.getIndex(uuid)).not.toBe(null)
  expect(await remove('old')).toMatchObject({ status: 'succeeded', result: { documents: 7 } })
  expect(await exists('old')).toBe(false)
  expect(await harness.context.store.getIndex(uuid)).toBe(null)
})

test('a missing index is refused immediately, and one that disappears later fails the task', async () => {
  await expect(remove('missing')).rejects.toMatchObject({ code: 'index_not_found' })
  await harness.search.indices.create({ index: `${model}-going` })
  const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: 'going' })
  await harness.search.indices.delete({ index: `${model}-going` })
  expect(await runToEnd(harness.context, task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'index_not_found' },
  })
})

test('an index that an alias points to is refused, by whichever name it is addressed', async () => {
  await expect(remove('live')).rejects.toMatchObject({
    code: 'index_aliased',
    details: { index: `${model}-live`, alias: model },
  })
  await harness.search.indices.create({
    index: `${model}-other`,
    body: { aliases: { [`${model}-mine`]: {} } },
  })
  await expect(remove('other')).rejects.toMatchObject({ code: 'index_aliased' })
})

test("a task's own write alias does not count as use of an index", async () => {
  const alias = 'ingest-01a20ff0-ac10-7799-a7e9-366ffbf2c06e-1'
  await harness.search.indices.create({ index: `${model}-left`, body: { aliases: { [alias]: {} } } })
  expect(await remove('left')).toMatchObject({ status: 'succeeded' })
  expect(await exists('left')).toBe(false)
})

test('an index that a task works on is refused with the id of that task', async () => {
  const task = await harness.submit({ action: 'REINDEX', index_suffix: 'busy' })
  await expect(remove('busy')).rejects.toMatchObject({ code: 'index_busy', details: { task_id: task.id } })
})

test('a broken index can be deleted', async () => {
  await harness.search.indices.create({
    index: `${model}-broken`,
    wait_for_active_shards: '0',
    body: { settings: { 'routing.allocation.require._name': 'nobody' } },
  })
  expect(await remove('broken')).toMatchObject({ status: 'succeeded', result: { documents: null } })
  expect(await exists('broken')).toBe(false)
})

test('an index that was created under the name of the deleted one is kept', async () => {
  await harness.search.indices.create({ index: `${model}-swapped` })
  const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: 'swapped' })
  let health = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    // The last check of the plan.
    if (call === 'cat.indices' && health++ === 0) {
      await harness.search.indices.delete({ index: `${model}-swapped` })
      await harness.search.indices.create({ index: `${model}-swapped` })
    }
    return response
  })
  expect(await runToEnd({ ...harness.context, search }, task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'index_replaced' },
  })
  expect(await exists('swapped')).toBe(true)
})

test('an index that is a rollback target is kept for the configured time', async () => {
  await harness.build('next')
  await harness.point('next')
  const patient = { ...harness.context, settings: { ...harness.context.settings, rollbackWindowMs: 60_000 } }
  // The server that accepts the request has no window configured; the worker that deletes has.
  expect(await remove('live', patient)).toMatchObject({
    status: 'failed',
    error: { code: 'index_in_rollback_window', alias: model },
  })
  expect(await exists('live')).toBe(true)
  await harness.point('live')
})

test.each(['before', 'after'] as const)(
  'after a worker dies %s its call, the next worker knows what was deleted',
  async (when) => {
    const suffix = `dies-${when}`
    await harness.search.indices.create({ index: `${model}-${suffix}` })
    const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: suffix })
    const { client, failed } = failAtCall(harness.search, 0, when, () => death(harness, task.id))
    expect(await runToEnd({ ...harness.context, search: client }, task.id)).toMatchObject({
      status: 'succeeded',
      result: { documents: 0 },
    })
    expect(failed()).toBe('indices.delete')
    expect(await exists(suffix)).toBe(false)
  },
)

test('a task that is cancelled before it deleted anything deletes nothing', async () => {
  await harness.search.indices.create({ index: `${model}-spared` })
  const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: 'spared' })
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call === 'cat.indices') await harness.context.store.cancel(task.id)
    return proceed()
  })
  expect(await runToEnd({ ...harness.context, search }, task.id)).toMatchObject({ status: 'cancelled' })
  expect(await exists('spared')).toBe(true)
})

test('a task that is cancelled after the deletion succeeds and records the cancel', async () => {
  await harness.search.indices.create({ index: `${model}-gone` })
  const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: 'gone' })
  const search = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    if (call === 'indices.delete') await harness.context.store.cancel(task.id)
    return response
  })
  expect(await runToEnd({ ...harness.context, search }, task.id)).toMatchObject({
    status: 'succeeded',
    result: { documents: 0 },
  })
})

/** Tasks without each other's reservations: only the lock excludes the other. */
function createBeside(request: TaskRequest, index: string): Promise<TaskRecord> {
  const { model: name, action } = request
  return harness.context.store.create({ model: name, action, request, index, reserve: [] })
}

/** Runs one task and, during its changing call, the other one until it waits for the lock. */
async function race(first: TaskRecord, call: { name: string; nth: number }, second: TaskRecord) {
  let other: Promise<TaskRecord> | undefined
  let calls = 0
  const search = interceptCalls(harness.search, async (name, proceed) => {
    if (name !== call.name || ++calls !== call.nth) return proceed()
    other = runToEnd(harness.context, second.id)
    await until('the other task to wait for the lock', isLockWanted)
    return proceed()
  })
  const ended = await runToEnd({ ...harness.context, search }, first.id)
  return [ended, await other] as const
}

async function isLockWanted(): Promise<boolean> {
  const waiting = await harness.sql`select 1 from pg_locks join pg_database on pg_database.oid = database
    where datname = current_database() and locktype = 'advisory' and not granted`
  return waiting.length > 0
}

function contenders(suffix: string) {
  const index = `${model}-${suffix}`
  return Promise.all([
    createBeside({ model, action: 'POINT_ALIAS', alias: model, index_suffix: suffix }, index),
    createBeside({ model, action: 'DELETE_INDEX', index_suffix: suffix }, index),
  ])
}

test('a deletion right after a promotion finds the alias and deletes nothing', async () => {
  await harness.build('promoted')
  const [promotion, deletion] = await contenders('promoted')
  // The first call adds a write alias to the index, the second moves the alias.
  const call = { name: 'indices.updateAliases', nth: 2 }
  const [promoted, deleted] = await race(promotion, call, deletion)
  expect(promoted).toMatchObject({ status: 'succeeded' })
  expect(deleted).toMatchObject({ status: 'failed', error: { code: 'index_aliased', alias: model } })
  expect(await harness.targets()).toEqual([`${model}-promoted`])
  await harness.point('live')
})

test('a promotion right after a deletion finds no index and leaves the alias unchanged', async () => {
  await harness.build('deleted')
  const [promotion, deletion] = await contenders('deleted')
  const [deleted, promoted] = await race(deletion, { name: 'indices.delete', nth: 1 }, promotion)
  expect(deleted).toMatchObject({ status: 'succeeded' })
  expect(promoted).toMatchObject({
    status: 'failed',
    error: { code: 'index_replaced' },
  })
  expect(await harness.targets()).toEqual([`${model}-live`])
})
