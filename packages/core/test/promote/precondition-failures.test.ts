import { afterAll, beforeAll, expect, test } from 'vitest'
import { SearchUnavailableError, submitTask } from '../../src/index.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { waitForTask } from '../support/wait-for-task.ts'
import { createPromoteHarness, type PromoteHarness } from './promote-harness.ts'

let harness: PromoteHarness
let model: string
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { promoteTimeoutMs: 300 } })
  ;({ model } = harness)
  await harness.build('small', 4)
  await harness.build('large', 10)
  await harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'large' })
})
afterAll(() => harness.close())

const point = (index_suffix: string, options: object = {}) =>
  harness.run({ action: 'POINT_ALIAS', alias: model, index_suffix, ...options })

test('a missing index is refused immediately', async () => {
  await expect(point('missing')).rejects.toMatchObject({
    code: 'index_not_found',
    details: { index: `${model}-missing` },
  })
  expect(await harness.targets()).toEqual([])
})

test('an index that is far smaller than the live one is refused, unless the request allows it', async () => {
  await point('large')
  await expect(point('small')).rejects.toMatchObject({
    code: 'index_shrank',
    details: { documents: 4, live_documents: 10, alias: model },
  })
  expect(await harness.targets()).toEqual([`${model}-large`])
  expect(await point('small', { allow_shrink: true })).toMatchObject({ status: 'succeeded' })
  expect(await point('large')).toMatchObject({ status: 'succeeded' })
})

test('an empty index is refused if the live index has documents, and accepted if there is no live index', async () => {
  const alias = `${model}-filtered`
  await harness.build('empty', 0)
  await expect(point('empty')).rejects.toMatchObject({ code: 'index_shrank' })
  await harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'empty' })
  expect(await harness.point('empty', alias)).toMatchObject({ status: 'succeeded' })
  await harness.search.indices.deleteAlias({ index: `${model}-empty-filtered`, name: alias })
})

test('an index whose task failed is refused, even if everything is allowed', async () => {
  await harness.sql`truncate image`
  await harness.sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    values (1, gen_random_uuid(), 'one', 'https://example.org', '{}', '[]', false)`
  const refuse = {
    ...harness.context.models[0],
    writeDocument: (_row: unknown, to: { appendText(json: string): void }) =>
      to.appendText('{"id":"no number","mature":false}'),
  }
  const failed = await harness.run(
    { action: 'REINDEX', index_suffix: 'failed' },
    { ...harness.context, models: [refuse as never] },
  )
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'documents_failed' } })
  await expect(point('failed', { allow_unverified: true, allow_shrink: true })).rejects.toMatchObject({
    code: 'index_unverified',
    message: expect.stringContaining(failed.id) as string,
  })
})

test('an index that was built elsewhere is refused, unless the request allows it', async () => {
  await harness.search.indices.create({ index: `${model}-elsewhere` })
  await expect(point('elsewhere', { allow_shrink: true })).rejects.toMatchObject({
    code: 'index_unverified',
    message: expect.stringContaining('allow_unverified') as string,
  })
  await expect(point('elsewhere', { allow_unverified: true })).rejects.toMatchObject({ code: 'index_shrank' })
  expect(await point('elsewhere', { allow_shrink: true, allow_unverified: true })).toMatchObject({
    status: 'succeeded',
  })
  expect(await point('large')).toMatchObject({ status: 'succeeded' })
})

test('a verified index that was deleted and created again elsewhere counts as built elsewhere', async () => {
  await harness.build('again')
  await harness.search.indices.delete({ index: `${model}-again` })
  await harness.search.indices.create({ index: `${model}-again` })
  await expect(point('again', { allow_shrink: true })).rejects.toMatchObject({ code: 'index_unverified' })
})

test('an index that a task works on is refused with the id of that task', async () => {
  const task = await harness.submit({ action: 'REINDEX', index_suffix: 'busy' })
  await expect(point('busy')).rejects.toMatchObject({
    code: 'index_busy',
    details: { index: `${model}-busy`, task_id: task.id },
  })
})

test("two tasks can't move one alias at the same time", async () => {
  const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: 'large' })
  await expect(point('small', { allow_shrink: true })).rejects.toMatchObject({
    code: 'index_busy',
    details: { index: model, task_id: task.id },
  })
  await harness.context.store.cancel(task.id)
})

test('an alias is refused if an index has its name', async () => {
  const alias = `${model}-filtered`
  await harness.search.indices.create({ index: alias })
  await expect(harness.point('large', alias)).rejects.toMatchObject({ code: 'alias_is_index' })
  await harness.search.indices.delete({ index: alias })
})

test('the filtered alias of a suffix points to the filtered index of that suffix', async () => {
  const alias = `${model}-filtered`
  const task = await harness.point('large', alias)
  expect(task).toMatchObject({ status: 'succeeded', index: `${model}-large-filtered` })
  expect(await harness.targets(alias)).toEqual([`${model}-large-filtered`])
})

test('the filtered alias serves unfiltered documents only if the request allows it', async () => {
  const alias = `${model}-filtered`
  await expect(harness.point('small', alias)).rejects.toMatchObject({
    code: 'unfiltered_index',
    details: { alias, index: `${model}-small` },
  })
  await expect(harness.point('missing', alias)).rejects.toMatchObject({ code: 'index_not_found' })
  const task = await point('large', { alias, allow_unfiltered: true })
  expect(task).toMatchObject({ status: 'succeeded', index: `${model}-large` })
  expect(await harness.targets(alias)).toEqual([`${model}-large`])
})

test('an index is filtered by its recorded lineage, or by its name if it was built elsewhere', async () => {
  const alias = `${model}-filtered`
  await harness.search.indices.create({ index: `${model}-other-filtered` })
  const task = await point('other-filtered', { alias, allow_unverified: true, allow_shrink: true })
  expect(task).toMatchObject({ status: 'succeeded' })
  await harness.sql`update ingestion.index_record set filtered_from = null where name = ${`${model}-large-filtered`}`
  await expect(harness.point('large-filtered', alias)).rejects.toMatchObject({ code: 'unfiltered_index' })
})

test('an index that does not become healthy in time is refused, and the alias stays', async () => {
  await makeElsewhere('sick', { 'routing.allocation.require._name': 'nobody' })
  const task = await point('sick', { allow_unverified: true, allow_shrink: true })
  expect(task).toMatchObject({ status: 'failed', error: { code: 'index_unhealthy', health: 'red' } })
  expect(await harness.targets()).toEqual([`${model}-large`])
  expect(await harness.aliasesOf(`${model}-sick`)).toEqual([])
})

test('a task shows that it waits until its index is healthy, and since when', async () => {
  await makeElsewhere('recovering', { 'routing.allocation.require._name': 'nobody' })
  const { store } = harness.context
  const { id } = await submitTask(harness.context, pointTo('recovering'))
  const ended = runToEnd(
    { ...harness.context, settings: { ...harness.context.settings, promoteTimeoutMs: 300_000 } },
    id,
  )
  const { waiting } = await waitForTask(store, id, (task) => task.waiting !== null)
  expect(waiting).toMatchObject({
    for: 'opensearch',
    reason: `index ${model}-recovering is red; the alias is moved once it is healthy`,
  })
  const later = await waitForTask(
    store,
    id,
    (task) => task.waiting?.next_attempt_at !== waiting?.next_attempt_at,
  )
  expect(later.waiting).toMatchObject({ since: waiting?.since, reason: waiting?.reason })
  await harness.search.indices.putSettings({
    index: `${model}-recovering`,
    body: { 'index.routing.allocation.require._name': null },
  })
  expect(await ended).toMatchObject({ status: 'succeeded', waiting: null })
  await point('large')
})

test('an outage during the wait for health has its own timeout', async () => {
  await makeElsewhere('away', { 'routing.allocation.require._name': 'nobody' })
  let since: string | null = null
  let healthCalls = 0
  const task = await submitTask(harness.context, pointTo('away'))
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (call !== 'cluster.health') return proceed()
    if (++healthCalls === 5) since = (await harness.context.store.get(task.id))?.waiting?.since ?? null
    if (healthCalls === 5) throw new SearchUnavailableError('away')
    if (healthCalls > 5) {
      await harness.search.indices.putSettings({
        index: `${model}-away`,
        body: { 'index.routing.allocation.require._name': null },
      })
    }
    return proceed()
  })
  // The outage begins after the wait for health has lasted that long.
  const settings = { ...harness.context.settings, promoteTimeoutMs: 300_000, outageTimeoutMs: 100 }
  expect(await runToEnd({ ...harness.context, search, settings }, task.id)).toMatchObject({
    status: 'succeeded',
  })
  expect(since).not.toBe(null)
  await point('large')
})

test('an index of a single node with a replica stays yellow, and is accepted', async () => {
  await makeElsewhere('yellow', { number_of_replicas: 1 })
  const options = { allow_unverified: true, allow_shrink: true }
  expect(await point('yellow', options)).toMatchObject({ status: 'succeeded' })
})

test('an alias can move away from a broken index', async () => {
  await makeElsewhere('broken')
  await point('broken', { allow_unverified: true, allow_shrink: true })
  await harness.search.indices.putSettings({
    index: `${model}-broken`,
    body: { 'index.routing.allocation.require._name': 'nobody' },
  })
  await harness.search.indices.close({ index: `${model}-broken` })
  await harness.search.indices.open({ index: `${model}-broken`, wait_for_active_shards: '0' })
  expect(await point('large')).toMatchObject({ status: 'succeeded', error: null })
})

const pointTo = (index_suffix: string) => ({
  model,
  action: 'POINT_ALIAS' as const,
  alias: model,
  index_suffix,
  allow_unverified: true,
  allow_shrink: true,
})

async function makeElsewhere(suffix: string, settings: object = {}) {
  await harness.search.indices.create({
    index: `${model}-${suffix}`,
    wait_for_active_shards: 'routing.allocation.require._name' in settings ? '0' : '1',
    body: { settings: { number_of_replicas: 0, ...settings } },
  })
}
