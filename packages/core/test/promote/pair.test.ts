import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  collectOrphans,
  planTask,
  rollbackRequest,
  runTask,
  submitTask,
  type TaskRecord,
} from '../../src/index.ts'
import { death, failAtCall } from '../support/failing-calls.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { createPromoteHarness, type PromoteHarness } from './promote-harness.ts'

let harness: PromoteHarness
let model: string
let filtered: string
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { leaseMs: 60_000 } })
  ;({ model } = harness)
  filtered = `${model}-filtered`
  // The copy of `a` has the name that belongs to `b`, and the other way round: only the lineage is right.
  for (const [suffix, copy] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    await harness.build(suffix)
    await filter(suffix, copy)
  }
})
afterAll(() => harness.close())

const copyOf = { a: 'b-filtered', b: 'a-filtered' } as const
type Generation = keyof typeof copyOf

const filter = (origin: string, destination: string) =>
  harness.run({
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    origin_index_suffix: origin,
    destination_index_suffix: destination,
  })

const pair = (index_suffix: string, options: object = {}) => ({
  action: 'POINT_ALIAS' as const,
  alias: model,
  index_suffix,
  with_filtered: true,
  ...options,
})

const served = async () => [...(await harness.targets()), ...(await harness.targets(filtered))]
const namesOf = (generation: Generation) => [`${model}-${generation}`, `${model}-${copyOf[generation]}`]

/** A generation that the aliases don't point to, so that every promotion is a move. */
async function other(): Promise<{ from: Generation; to: Generation }> {
  const [target] = await harness.targets()
  return target === `${model}-a` ? { from: 'a', to: 'b' } : { from: 'b', to: 'a' }
}

async function expectMoved(task: TaskRecord, from: readonly string[], to: readonly string[], at = '') {
  const change = (position: number) => ({
    alias: [model, filtered][position],
    from: from.length === 0 ? [] : [{ name: from[position] }],
    to: { name: to[position] },
  })
  const expected = [change(0), change(1)]
  expect(task, at).toMatchObject({
    status: 'succeeded',
    error: null,
    result: { ...expected[0], filtered: expected[1] },
  })
  expect(await served(), at).toEqual(to)
  for (const index of to) {
    expect(JSON.stringify(await harness.aliasesOf(index)), at).not.toContain('ingest-')
  }
  const moves = await harness.context.store.recentAliasMoves(model, 60_000)
  const own = moves.filter(({ taskId }) => taskId === task.id).reverse()
  expect(own, at).toMatchObject(expected)
}

async function rollBack(alias: string): Promise<TaskRecord> {
  const request = await rollbackRequest(harness.context, alias)
  expect(request).toMatchObject({ alias: model, with_filtered: true })
  const task = await runToEnd(harness.context, (await submitTask(harness.context, request)).id)
  expect(task.result).toMatchObject({ live_before: true, filtered: { live_before: true } })
  return task
}

test('both aliases move in one call to an index and the copy that was filtered from it, and go back together', async () => {
  const { context } = harness
  const plan = await planTask(context, { model, ...pair('a') })
  expect(plan).toMatchObject({
    refusals: [],
    exceptions: [],
    moves: [
      { alias: model, from: [], to: { index: `${model}-a`, documents: 10 } },
      { alias: filtered, from: [], to: { index: `${model}-b-filtered`, documents: 5 } },
    ],
  })
  expect(plan.warnings).toEqual([])
  const first = await harness.run(pair('a'))
  await expectMoved(first, [], namesOf('a'))
  expect(first.result).toMatchObject({ live_before: false, filtered: { live_before: false } })
  // Nothing to go back to.
  await expect(rollbackRequest(context, filtered)).rejects.toMatchObject({ code: 'nothing_to_roll_back' })

  const calls: string[] = []
  const search = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    if (call === 'indices.updateAliases') calls.push((await served()).join())
    return response
  })
  await expectMoved(await harness.run(pair('b'), { ...context, search }), namesOf('a'), namesOf('b'))
  // The first two add write aliases to the indices, the third moves both aliases.
  expect(calls).toEqual([namesOf('a').join(), namesOf('a').join(), namesOf('b').join()])

  await expectMoved(await rollBack(model), namesOf('b'), namesOf('a'))
  await expectMoved(await rollBack(filtered), namesOf('a'), namesOf('b'))
})

test('after a worker dies after any call, the next one moves both aliases once and records both previous targets', async () => {
  for (let at = 0; ; at++) {
    const { from, to } = await other()
    const task = await harness.submit(pair(to))
    const { client, failed } = failAtCall(harness.search, at, 'after', () => death(harness, task.id))
    const ended = await runToEnd({ ...harness.context, search: client }, task.id)
    await expectMoved(ended, namesOf(from), namesOf(to), `after call ${at}, ${failed()}`)
    if (failed() === null) break
  }
})

test('a pair that is cancelled before its move changes nothing, and after it ends as succeeded', async () => {
  const { context } = harness
  const { from, to } = await other()
  const cancelled = await harness.submit(pair(to))
  const before = interceptCalls(harness.search, async (call, proceed) => {
    // The last call before the lock is taken.
    if (call === 'cluster.health') await context.store.cancel(cancelled.id)
    return proceed()
  })
  expect(await runToEnd({ ...context, search: before }, cancelled.id)).toMatchObject({ status: 'cancelled' })
  expect(await served()).toEqual(namesOf(from))
  for (const index of namesOf(to)) expect(await harness.aliasesOf(index)).toEqual([])

  const late = await harness.submit(pair(to))
  const after = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    if (call === 'indices.updateAliases' && (await harness.targets())[0] === `${model}-${to}`) {
      await context.store.cancel(late.id)
    }
    return response
  })
  await expectMoved(await runToEnd({ ...context, search: after }, late.id), namesOf(from), namesOf(to))
})

test('a worker that resumes after its pair was cancelled moves neither alias', async () => {
  const { context, sql } = harness
  const { from, to } = await other()
  const task = await harness.submit(pair(to))
  let calls = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call !== 'indices.updateAliases' || ++calls !== 3) return proceed()
    // It freezes during the move for so long that Postgres releases its lock.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`
    await context.store.cancel(task.id)
    expect(await runToEnd(context, task.id)).toMatchObject({ status: 'cancelled' })
    return proceed()
  })
  expect(await runTask({ ...context, search }, task.id)).toMatchObject({ task: { status: 'cancelled' } })
  expect(calls).toBeGreaterThanOrEqual(3)
  expect(await served()).toEqual(namesOf(from))
})

test('one alias that is moved by hand between plan and move is moved with the other, and its manual target is recorded', async () => {
  const { from, to } = await other()
  const task = await harness.submit(pair(to))
  let asked = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call === 'cluster.health' && asked++ === 1) {
      await harness.search.indices.updateAliases({
        body: {
          actions: [
            { remove: { index: '*', alias: filtered } },
            { add: { index: `${model}-${copyOf[to]}`, alias: filtered } },
            { add: { index: `${model}-${from}`, alias: filtered } },
          ],
        },
      })
    }
    return proceed()
  })
  const ended = await runToEnd({ ...harness.context, search }, task.id)
  expect(ended).toMatchObject({
    status: 'succeeded',
    result: { from: [{ name: `${model}-${from}` }], to: { name: `${model}-${to}` } },
  })
  const manual = [`${model}-${copyOf[to]}`, `${model}-${from}`].sort().map((name) => ({ name }))
  expect(ended.result?.['filtered']).toMatchObject({ from: manual, to: { name: `${model}-${copyOf[to]}` } })
  expect(await served()).toEqual(namesOf(to))
  // The pair can't go back as one, and neither alias goes back alone.
  for (const alias of [model, filtered]) {
    await expect(rollbackRequest(harness.context, alias)).rejects.toMatchObject({
      code: 'nothing_to_roll_back',
      message: expect.stringContaining('several indices') as string,
    })
  }
})

test('a pair holds both aliases and the name of the copy, so that no other task moves or builds them', async () => {
  const { from, to } = await other()
  const task = await harness.submit(pair(to))
  const busy = (index: string) => ({ code: 'index_busy', details: { index, task_id: task.id } })
  await expect(harness.submit(pair(from))).rejects.toMatchObject(busy(model))
  const single = {
    action: 'POINT_ALIAS',
    alias: filtered,
    index_suffix: from,
    allow_unfiltered: true,
  } as const
  await expect(harness.submit(single)).rejects.toMatchObject(busy(filtered))
  await expect(filter(from, to)).rejects.toMatchObject(busy(`${model}-${to}-filtered`))
  await harness.context.store.cancel(task.id)
  await runToEnd(harness.context, task.id)
})

test('without a copy of the index nothing moves, and a copy of another generation is accepted only as an exception', async () => {
  const before = await served()
  const { from, to } = await other()
  await harness.build('c')
  const missing = { code: 'filtered_copy_missing', details: { index: `${model}-c`, alias: filtered } }
  await expect(harness.submit(pair('c'))).rejects.toMatchObject(missing)
  expect(await planTask(harness.context, { model, ...pair('c') })).toMatchObject({
    refusals: [{ code: 'filtered_copy_missing' }],
  })

  const wrong = pair(to, { filtered_index_suffix: copyOf[from] })
  await expect(harness.submit(wrong)).rejects.toMatchObject({
    code: 'filtered_copy_missing',
    details: { filtered_index: `${model}-${copyOf[from]}` },
  })
  // A name without documents removed is never completed to another one.
  await expect(harness.submit(pair(to, { filtered_index_suffix: to }))).rejects.toMatchObject({
    code: 'unfiltered_index',
    details: { alias: filtered, index: `${model}-${to}` },
  })
  expect(await served()).toEqual(before)

  const task = await harness.run({ ...wrong, allow_unfiltered: true })
  expect(task.result?.['exceptions']).toMatchObject([
    { allowed_by: 'allow_unfiltered', alias: filtered, code: 'filtered_copy_missing' },
  ])
  const mixed = [`${model}-${to}`, `${model}-${copyOf[from]}`]
  expect(await served()).toEqual(mixed)

  // The copy of `c` in the newest version; a rollback returns to what was served, though it does not belong together.
  await filter('c', 'c')
  await expectMoved(await harness.run(pair('c')), mixed, [`${model}-c`, `${model}-c-filtered`])
  await expectMoved(await rollBack(filtered), [`${model}-c`, `${model}-c-filtered`], mixed)
})

test('the newest copy is checked like the index: if it alone has shrunk, neither alias moves', async () => {
  const before = await served()
  harness.terms.text = 'of'
  await filter('c', 'emptied')
  harness.terms.text = 'sensitive'
  const shrank = { code: 'index_shrank', alias: filtered, documents: 0, live_documents: 5 }
  await expect(harness.submit(pair('c'))).rejects.toMatchObject({
    code: 'index_shrank',
    details: { alias: filtered, index: `${model}-emptied-filtered` },
  })
  const request = { model, ...pair('c') }
  expect(await planTask(harness.context, request)).toMatchObject({ refusals: [shrank], exceptions: [] })
  const plan = await planTask(harness.context, { ...request, allow_shrink: true })
  expect(plan).toMatchObject({
    refusals: [],
    exceptions: [{ ...shrank, allowed_by: 'allow_shrink' }],
    moves: [{ to: { documents: 10 } }, { to: { index: `${model}-emptied-filtered`, documents: 0 } }],
  })
  expect(plan.warnings).toContainEqual(
    `${model}-emptied-filtered was filtered with another list of terms than the current one`,
  )
  // Lost after the task was accepted: found under the lock.
  const task = await harness.submit({ ...pair('c'), filtered_index_suffix: 'c-filtered' })
  let asked = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call === 'cluster.health' && asked++ === 1) {
      await harness.search.deleteByQuery({
        index: `${model}-c-filtered`,
        refresh: true,
        body: { query: { match_all: {} } },
      })
    }
    return proceed()
  })
  expect(await runToEnd({ ...harness.context, search }, task.id)).toMatchObject({
    status: 'failed',
    error: { code: 'index_changed', index: `${model}-c-filtered` },
  })
  expect(await served()).toEqual(before)
  for (const index of [`${model}-c`, `${model}-c-filtered`]) {
    expect(await harness.aliasesOf(index)).toEqual([])
  }
})

test("a write alias that a pair left on a copy is removed, and an operator's block on it stays", async () => {
  const { search, context } = harness
  const index = `${model}-emptied-filtered`
  const task = await harness.submit(pair((await other()).to))
  await context.store.cancel(task.id)
  await runToEnd(context, task.id)
  await search.indices.putAlias({ index, name: `${model}-ingest-${task.id}-9` })
  await search.indices.addBlock({ index, block: 'write' })
  expect(await collectOrphans(context, new AbortController().signal)).toMatchObject([
    { index, did: 'alias_removed' },
  ])
  expect(await harness.aliasesOf(index)).toEqual([])
  const { body } = await search.indices.getSettings({ index, flat_settings: true })
  expect(body[index]?.settings).toMatchObject({ 'index.blocks.write': 'true' })
})
