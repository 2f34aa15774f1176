import { errors } from '@opensearch-project/opensearch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SearchUnavailableError, type SearchClient, type TaskContext } from '../../src/index.ts'
import { runToEnd } from '../support/harness.ts'
import { lightModels } from '../support/light-models.ts'
import { interceptCalls, type Interception } from '../support/intercept-calls.ts'
import { createFilteredHarness, describeIndex, idsOf, type FilteredHarness } from './filtered-harness.ts'

/** More than three batches of a delete by query are sensitive: every second document, by its id. */
const documents = 6_400

let harness: FilteredHarness
let search: SearchClient
let source: string
beforeAll(async () => {
  harness = await createFilteredHarness({ models: lightModels, settings: { shards: 1 } })
  ;({ search, source } = harness)
  await harness.sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    select id, gen_random_uuid(), 'a ' || case when id % 2 = 0 then 'sensitive' else 'harmless' end,
      'https://example.org/' || id, '{}', '[]', false
    from generate_series(1, ${documents}) id`
  await harness.reindex()
  harness.terms.text = 'sensitive'
})
afterAll(() => harness.close())

const withCalls = (intercept: Interception): TaskContext => ({
  ...harness.context,
  search: interceptCalls(search, intercept),
})

async function expectExact(index: string) {
  const ids = await idsOf(search, index)
  expect(ids.length).toBe(documents / 2)
  expect(ids.every((id) => Number(id) % 2 === 1)).toBe(true)
  expect(await describeIndex(search, index)).toMatchObject({ isBlocked: false, aliases: [] })
}

test('a write block that existed before the task is used and kept', async () => {
  await search.indices.addBlock({ index: source, block: 'write' })
  const task = await harness.filter('blocked')
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectExact(task.index)
  expect(await describeIndex(search, source)).toMatchObject({ isBlocked: true, aliases: [] })
  await search.indices.putSettings({ index: source, body: { 'index.blocks.write': null } })
})

test("on a cluster that can't clone, documents are copied in ranges while the source accepts writes", async () => {
  const refusal = new errors.ResponseError({
    statusCode: 400,
    headers: {},
    warnings: null,
    body: { error: { type: 'illegal_argument_exception', reason: 'not here' } },
    meta: {} as never,
  })
  const states: (boolean | undefined)[] = []
  const copying = withCalls(async (call, proceed) => {
    if (call === 'indices.clone') throw refusal
    if (call === 'reindex') states.push((await describeIndex(search, source))?.isBlocked)
    return proceed()
  })
  const task = await harness.filter('copied', {
    ...copying,
    settings: { ...copying.settings, rowsPerItem: 2_000 },
  })
  expect(task).toMatchObject({
    status: 'succeeded',
    error: null,
    counts: { read: documents, indexed: documents / 2, dropped: { sensitive: documents / 2 } },
    result: { deleted: documents / 2 },
  })
  expect(states).toEqual([false, false, false, false])
  await expectExact(task.index)
  expect(await describeIndex(search, source)).toMatchObject({ isBlocked: false, aliases: [] })
})

test('a clone that does not become searchable in time is replaced by a copy', async () => {
  let clones = 0
  const slow = withCalls(async (call, proceed) => {
    if (call === 'indices.clone') clones++
    const response = (await proceed()) as { body: { timed_out: boolean } }
    if (call === 'cluster.health') response.body.timed_out = true
    return response
  })
  const task = await harness.filter('late', { ...slow, settings: { ...slow.settings, cloneTimeoutMs: 0 } })
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(clones).toBe(1)
  await expectExact(task.index)
})

test('the outage timeout of cloning runs once, however often the clone is retried', async () => {
  const { id } = await harness.submit('away')
  const begins: (string | null | undefined)[] = []
  const context = withCalls(async (call, proceed) => {
    if (call !== 'indices.clone' || begins.length === 4) return proceed()
    begins.push((await harness.context.store.get(id))?.waiting?.since)
    throw new SearchUnavailableError('away')
  })
  expect(await runToEnd(context, id)).toMatchObject({ status: 'succeeded', error: null })
  const [first, ...others] = begins
  expect(first).toBeUndefined()
  expect(others[0]).toEqual(expect.any(String))
  expect(new Set(others).size).toBe(1)
})

test('a source that is written during the clone is cloned again, with the new documents', async () => {
  let clones = 0
  const context = withCalls(async (call, proceed) => {
    if (call === 'indices.clone' && clones++ === 0) {
      await search.indices.putSettings({ index: source, body: { 'index.blocks.write': null } })
      await search.index({
        index: source,
        id: '1',
        refresh: true,
        body: { id: 1, title: 'a harmless one, renamed', mature: false },
      })
    }
    return proceed()
  })
  const task = await harness.filter('written', context)
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  expect(clones).toBe(2)
  await expectExact(task.index)
  const { body } = await search.get({ index: task.index, id: '1' })
  expect(body._source).toMatchObject({ title: 'a harmless one, renamed' })
})

test('a source that is replaced during filtering fails the task, and no index remains', async () => {
  const spare = await harness.reindex({ index_suffix: `${harness.suffix}-spare` })
  const { id, index } = await harness.submit('replaced', '-spare')
  const context = withCalls(async (call, proceed) => {
    const response = await proceed()
    if (call === 'deleteByQuery') {
      await search.indices.delete({ index: spare.index })
      await search.indices.create({ index: spare.index })
    }
    return response
  })
  const task = await runToEnd(context, id)
  expect(task).toMatchObject({ status: 'failed', error: { code: 'index_replaced' } })
  expect(await describeIndex(search, index)).toBe(null)
})

test('deletion reports its progress, obeys the rate limit, and applies a new limit immediately', async () => {
  const { context } = harness
  const { id } = await harness.submit('throttled')
  const seen: { deleted: number | undefined; rate: unknown }[] = []
  const watched = withCalls(async (call, proceed) => {
    const response = (await proceed()) as { body: { task: { status: { requests_per_second: number } } } }
    if (call !== 'tasks.get') return response
    const rate = response.body.task.status.requests_per_second
    seen.push({ deleted: (await context.store.get(id))?.counts.dropped.sensitive, rate })
    // At the first rate it would take hours.
    if (seen.length === 3) await context.store.setLimits(id, { documentsPerSecond: 2_000 })
    return response
  })
  await context.store.setLimits(id, { documentsPerSecond: 1 })
  const settings = { ...watched.settings, requestsPerSecond: 3_000, leaseMs: 3_000 }
  const task = await runToEnd({ ...watched, settings }, id)
  expect(task).toMatchObject({
    status: 'succeeded',
    planned: documents,
    counts: { indexed: documents / 2, dropped: { sensitive: documents / 2 } },
    catchUp: { indexed: 0, deleted: 0, failed: 0 },
  })
  const rates = seen.map(({ rate }) => rate)
  expect(rates[0]).toBe(1)
  expect(rates).toContain(2_000)
  expect(rates).not.toContain(3_000)
  const between = seen.filter(({ deleted = 0 }) => deleted > 0 && deleted < documents / 2)
  expect(between.length).toBeGreaterThan(0)
  await expectExact(task.index)
})
