import { errors } from '@opensearch-project/opensearch'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import {
  checkSearch,
  connectOpenSearch,
  describeIndex,
  listIndices,
  planTask,
  collectOrphans,
  rollbackRequest,
  statName,
  submitTask,
  type SearchClient,
  type TaskContext,
} from '../../src/index.ts'
import { findSearchTasks, throttleSearchTask } from '../../src/search/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { startRightsProxy, type RightsProxy } from '../support/rights-proxy.ts'
import { waitForTask } from '../support/wait-for-task.ts'

let harness: PromoteHarness
let proxy: RightsProxy
/** The product's client has the role of the docs. The harness's own client has all rights. */
let search: SearchClient
let context: TaskContext

async function connect(without: readonly string[] = []) {
  proxy = await startRightsProxy(inject('openSearchUrl'), { models: [harness.model], without })
  search = connectOpenSearch(proxy.url)
  context = { ...harness.context, search }
}

beforeEach(async () => {
  harness = await createPromoteHarness()
})
afterEach(async () => {
  await search.close()
  await proxy.stop()
  await harness.close()
})

const filter = (suffix: string, runContext = context) =>
  harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: suffix }, runContext)
const cannotClone = new errors.ResponseError({
  statusCode: 400,
  headers: {},
  warnings: null,
  body: { error: { type: 'illegal_argument_exception', reason: 'not here' } },
  meta: {} as never,
})
/** A cluster that can't clone: the documents are copied, by a task of OpenSearch. */
const copying = (): TaskContext => ({
  ...context,
  search: interceptCalls(search, async (call, proceed) => {
    if (call === 'indices.clone') throw cannotClone
    return proceed()
  }),
})

async function addRows(rows: number) {
  await harness.sql`truncate image`
  await harness.sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    select id, gen_random_uuid(), case when id % 2 = 0 then 'sensitive' else 'fine' end,
      'https://example.org/' || id, '{}', '[]', false
    from generate_series(1, ${rows}::int) id`
}

test('the documented role suffices for every action, plan, list and the maintenance job', async () => {
  await connect()
  const { model } = harness
  await checkSearch(search, [model], 5_000)
  await addRows(10)
  const reindex = { action: 'REINDEX', index_suffix: 'a' } as const
  expect(await planTask(context, { model, ...reindex })).toMatchObject({ refusals: [] })
  expect(await harness.run(reindex, context)).toMatchObject({ status: 'succeeded', error: null })
  expect(await harness.run({ ...reindex, index_suffix: 'b' }, context)).toMatchObject({ status: 'succeeded' })
  for (const run of [context, copying()]) {
    const filtered = await filter(run === context ? 'a' : 'b', run)
    expect(filtered).toMatchObject({ status: 'succeeded', error: null, result: { deleted: 5 } })
  }
  expect(await harness.point('a', model, context)).toMatchObject({ status: 'succeeded', error: null })
  expect(await harness.point('a', `${model}-filtered`, context)).toMatchObject({ error: null })
  expect(await harness.point('b', model, context)).toMatchObject({ status: 'succeeded', error: null })
  const rollback = await rollbackRequest(context, model)
  expect(await runToEnd(context, (await submitTask(context, rollback)).id)).toMatchObject({ error: null })
  expect(await harness.targets()).toEqual([`${model}-a`])
  expect(await statName(search, model)).toMatchObject({ exists: true, is_alias: true })
  const list = await listIndices({ ...context, models: context.models })
  expect(
    list.models[0]?.indices.map(({ name, documents, health }) => [name, documents, health]).sort(),
  ).toEqual([
    [`${model}-a`, 10, expect.stringMatching(/green|yellow/)],
    [`${model}-a-filtered`, 5, expect.stringMatching(/green|yellow/)],
    [`${model}-b`, 10, expect.stringMatching(/green|yellow/)],
    [`${model}-b-filtered`, 5, expect.stringMatching(/green|yellow/)],
  ])
  await expect(describeIndex(context, `${model}-none`)).rejects.toMatchObject({ code: 'index_not_found' })
  const deletion = await harness.run({ action: 'DELETE_INDEX', index_suffix: 'b' }, context)
  expect(deletion).toMatchObject({ status: 'succeeded', error: null })
  expect(await collectOrphans(context, new AbortController().signal)).toEqual([])
  // Each refused right is documented as optional.
  const comforts =
    /^(cluster:monitor\/(health|state|nodes\/stats|tasks\/lists)|cluster:admin\/(tasks\/cancel|reindex\/rethrottle)|indices:admin\/(index_template|template)\/\w+)$/
  expect(proxy.refused().filter((action) => !comforts.test(action))).toEqual([])
  expect(proxy.refused()).not.toEqual([])
})

test('without the rights to throttle or cancel, a copy continues, applies the limit later, and a cancel leaves nothing', async () => {
  await connect()
  await addRows(3_000)
  expect(await harness.run({ action: 'REINDEX', index_suffix: 'a' }, context)).toMatchObject({ error: null })
  const task = await submitTask(context, {
    model: harness.model,
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    destination_index_suffix: 'a',
  })
  const { store } = context
  await store.setLimits(task.id, { documentsPerSecond: 20 })
  const ended = runToEnd({ ...copying(), settings: { ...context.settings, rowsPerItem: 100_000 } }, task.id)
  await waitForTask(store, task.id, ({ phase, counts }) => phase === 'copying' && counts.read > 0)
  await store.setLimits(task.id, { documentsPerSecond: 10 })
  await expect
    .poll(() => proxy.refused(), { message: 'the new limit is passed on' })
    .toContain('cluster:admin/reindex/rethrottle')
  expect(await store.get(task.id)).toMatchObject({ status: 'running', error: null })
  await store.cancel(task.id)
  expect(await ended).toMatchObject({ status: 'cancelled', error: null })
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
  // OpenSearch's own copy, whose next batch would be in minutes, no longer finds the alias, and ends.
  const listCopies = () => findSearchTasks(harness.search, (label) => label.includes(task.id))
  for (const copy of await listCopies()) await throttleSearchTask(harness.search, copy, null)
  await expect.poll(listCopies, { message: 'copies that run' }).toEqual([])
  expect((await harness.search.indices.exists({ index: task.index })).body).toBe(false)
  expect(await harness.aliasesOf(`${harness.model}-a`)).toEqual([])
})

test('a missing right is named in the error of the task, and readiness fails if none is granted', async () => {
  await connect(['indices:admin/create', 'indices:admin/aliases/get'])
  await addRows(1)
  const task = await harness.run({ action: 'REINDEX', index_suffix: 'a' }, context)
  expect(task).toMatchObject({ status: 'failed', error: { code: 'cluster_unfit' } })
  expect(task.error?.detail).toContain('indices:admin/create')
  await expect(checkSearch(search, [harness.model], 5_000)).rejects.toThrow('has no right to the indices')
})

test('an alias with its own name pattern and a closed index need no further rights', async () => {
  await connect()
  const { model } = harness
  await harness.build('a', 10)
  await harness.build('b', 10)
  await harness.search.indices.putAlias({ index: `${model}-a`, name: `other-${model}` })
  await harness.search.indices.close({ index: `${model}-b` })
  const [listed] = (await listIndices(context)).models
  expect(listed?.aliases).toContainEqual({
    alias: `other-${model}`,
    indices: [`${model}-a`],
    previous: null,
    moved_at: null,
    task_id: null,
  })
  expect(await describeIndex(context, `${model}-b`)).toMatchObject({ state: 'closed' })
  for (const request of [
    { action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'b' },
    { action: 'POINT_ALIAS', alias: model, index_suffix: 'b' },
  ] as const) {
    expect((await planTask(context, { model, ...request })).refusals).toMatchObject([
      { code: 'index_closed' },
    ])
  }
})
