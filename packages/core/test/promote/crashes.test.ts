import { afterAll, beforeAll, expect, test } from 'vitest'
import { runTask, type TaskRecord } from '../../src/index.ts'
import { death, failAtCall } from '../support/failing-calls.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { createPromoteHarness, type PromoteHarness } from './promote-harness.ts'

let harness: PromoteHarness
let model: string
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { leaseMs: 60_000 } })
  ;({ model } = harness)
  await harness.build('a')
  await harness.build('b')
  await harness.point('a')
})
afterAll(() => harness.close())

/** A generation that the alias doesn't point to, so that every promotion is a move. */
async function other(): Promise<{ from: string; to: string }> {
  const [target] = await harness.targets()
  return target === `${model}-a` ? { from: 'a', to: 'b' } : { from: 'b', to: 'a' }
}

async function expectMoved(task: TaskRecord, { from, to }: { from: string; to: string }, at: string) {
  expect(task, at).toMatchObject({
    status: 'succeeded',
    error: null,
    result: { alias: model, from: [{ name: `${model}-${from}` }], to: { name: `${model}-${to}` } },
  })
  expect(await harness.targets(), at).toEqual([`${model}-${to}`])
  expect(await harness.aliasesOf(`${model}-${to}`), at).toEqual([model])
  const moves = await harness.context.store.recentAliasMoves(model, 60_000)
  expect(
    moves.filter(({ taskId }) => taskId === task.id),
    at,
  ).toMatchObject([{ from: [{ name: `${model}-${from}` }], to: { name: `${model}-${to}` } }])
}

test.each(['before', 'after'] as const)(
  'after a worker dies %s any call, the next one moves the alias once and records its previous target',
  async (when) => {
    for (let at = 0; ; at++) {
      const ends = await other()
      const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: ends.to })
      const { client, failed } = failAtCall(harness.search, at, when, () => death(harness, task.id))
      const ended = await runToEnd({ ...harness.context, search: client }, task.id)
      await expectMoved(ended, ends, `${when} call ${at}, ${failed()}`)
      if (failed() === null) break
    }
  },
)

test('a task that fails after the alias moved is retried to its end, and records the previous target', async () => {
  const ends = await other()
  const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: ends.to })
  // The first call adds a write alias to the index, the second moves the alias.
  const { client } = failAtCall(harness.search, 1, 'after', async () => new Error('broken'))
  const failed = await runToEnd({ ...harness.context, search: client }, task.id)
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'internal_error' }, result: null })
  expect(await harness.targets()).toEqual([`${model}-${ends.to}`])
  expect((await harness.context.store.lastAliasMove(model))?.taskId).not.toBe(task.id)

  await harness.context.store.retry(task.id)
  await expectMoved(await runToEnd(harness.context, task.id), ends, 'retried')
})

test('a task that is cancelled before the alias moves changes nothing', async () => {
  const ends = await other()
  const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: ends.to })
  const search = interceptCalls(harness.search, async (call, proceed) => {
    // The last call before the lock is taken.
    if (call === 'cluster.health') await harness.context.store.cancel(task.id)
    return proceed()
  })
  expect(await runToEnd({ ...harness.context, search }, task.id)).toMatchObject({ status: 'cancelled' })
  expect(await harness.targets()).toEqual([`${model}-${ends.from}`])
  expect(await harness.aliasesOf(`${model}-${ends.to}`)).toEqual([])
})

test('a task that is cancelled after the alias moved succeeds and records the cancel', async () => {
  const ends = await other()
  const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: ends.to })
  const search = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    if (call === 'indices.updateAliases' && (await harness.targets())[0] === `${model}-${ends.to}`) {
      await harness.context.store.cancel(task.id)
    }
    return response
  })
  await expectMoved(await runToEnd({ ...harness.context, search }, task.id), ends, 'cancelled too late')
})

test('a worker that resumes after its task was cancelled moves nothing', async () => {
  const { context, sql } = harness
  const ends = await other()
  const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: ends.to })
  let swaps = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call !== 'indices.updateAliases' || ++swaps !== 2) return proceed()
    // It freezes during its call for so long that Postgres releases its lock.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`
    await context.store.cancel(task.id)
    expect(await runToEnd(context, task.id)).toMatchObject({ status: 'cancelled' })
    return proceed()
  })
  expect(await runTask({ ...context, search }, task.id)).toMatchObject({ task: { status: 'cancelled' } })
  expect(swaps).toBeGreaterThanOrEqual(2)
  expect(await harness.targets()).toEqual([`${model}-${ends.from}`])
})

test('an alias that is moved by hand between plan and move is still moved, and the manual target is recorded', async () => {
  const ends = await other()
  const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: ends.to })
  await harness.search.indices.create({
    index: `${model}-by-hand`,
    body: { settings: { number_of_replicas: 0 } },
  })
  let asked = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call === 'cluster.health' && asked++ === 1) {
      await harness.search.indices.updateAliases({
        body: {
          actions: [
            { remove: { index: '*', alias: model } },
            { add: { index: `${model}-by-hand`, alias: model } },
          ],
        },
      })
    }
    return proceed()
  })
  await expectMoved(
    await runToEnd({ ...harness.context, search }, task.id),
    { from: 'by-hand', to: ends.to },
    'moved by hand',
  )
})
