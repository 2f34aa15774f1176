import { errors } from '@opensearch-project/opensearch'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { connectOpenSearch, planTask, type SearchClient, type TaskContext } from '../../src/index.ts'
import { death } from '../support/failing-calls.ts'
import { runToEnd } from '../support/harness.ts'
import { lightModels } from '../support/light-models.ts'
import { interceptCalls, type Interception } from '../support/intercept-calls.ts'
import { startRightsProxy } from '../support/rights-proxy.ts'
import { createFilteredHarness, describeIndex, type FilteredHarness } from './filtered-harness.ts'

/** Every second row is sensitive. */
const documents = 2_000

async function createSource(openSearchUrl: string): Promise<FilteredHarness> {
  const harness = await createFilteredHarness({
    openSearchUrl,
    models: lightModels,
    settings: { shards: 1, replicas: 0, expungeMinBytes: 0 },
  })
  await harness.sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
    select id, gen_random_uuid(), case when id % 2 = 0 then 'sensitive ' else 'harmless ' end || md5(id::text),
      'https://example.org/' || id, '{}', '[]', false
    from generate_series(1, ${documents}) id`
  await harness.reindex()
  harness.terms.text = 'sensitive'
  return harness
}

async function readDocs(search: SearchClient, index: string) {
  const { body } = await search.indices.stats({ index, metric: ['docs'] })
  return body._all.primaries?.docs
}

async function readFileBytes(search: SearchClient, index: string) {
  const { body } = await search.indices.stats({
    index,
    metric: ['segments'],
    include_segment_file_sizes: true,
  })
  const files = Object.values(body._all.primaries?.segments?.file_sizes ?? {})
  return files.reduce((sum, file) => sum + Number(file.size_in_bytes), 0)
}

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('with %s', (_, url) => {
  let harness: FilteredHarness
  let search: SearchClient
  beforeAll(async () => {
    harness = await createSource(inject(url))
    ;({ search } = harness)
  })
  afterAll(() => harness.close())

  const withCalls = (intercept: Interception, client = search): TaskContext => ({
    ...harness.context,
    search: interceptCalls(client, intercept),
  })

  /** Counts the merges, and does not wait for history retention (half a minute): deleted documents may remain. */
  function impatient(intercept: Interception = (_call, proceed) => proceed(), client = search) {
    const merges = { count: 0 }
    const context = withCalls(async (call, proceed, args) => {
      if (call === 'indices.forcemerge') merges.count++
      const response = await intercept(call, proceed, args)
      if (call !== 'indices.stats') return response
      const { body } = response as { body: { indices: Record<string, { shards: Record<string, object[]> }> } }
      const shards = Object.values(body.indices).flatMap((index) => Object.values(index.shards).flat())
      for (const shard of shards) Object.assign(shard, { retention_leases: { leases: [] } })
      return response
    }, client)
    return { context, merges }
  }

  test('an index with many deleted documents is merged without them before it is verified', async () => {
    const { context } = harness
    const { id, index } = await harness.submit('half')
    const phases: unknown[] = []
    const watched = withCalls(async (call, proceed) => {
      const response = await proceed()
      if (call === 'indices.forcemerge' || call === 'count') phases.push((await context.store.get(id))?.phase)
      return response
    })
    const task = await runToEnd(watched, id)
    expect(task).toMatchObject({
      status: 'succeeded',
      error: null,
      result: { deleted: documents / 2, bytes: expect.any(Number) as number },
      counts: { read: documents, indexed: documents / 2 },
    })
    expect(task.result).not.toHaveProperty('warnings')
    expect(phases.filter((phase) => phase === 'expunging')).toHaveLength(1)
    expect(phases.lastIndexOf('expunging')).toBeLessThan(phases.indexOf('verifying'))
    expect(await readDocs(search, index)).toEqual(
      expect.objectContaining({ count: documents / 2, deleted: 0 }),
    )
    expect(task.result).toMatchObject({ bytes: await readFileBytes(search, index) })
    const sourceBytes = await readFileBytes(search, harness.source)
    expect(Number(task.result?.['bytes'])).toBeLessThan(sourceBytes * 0.6)
    expect(await describeIndex(search, index)).toMatchObject({ isBlocked: false, aliases: [] })
  })

  test('a plan states the size with or without the documents that will be deleted', async () => {
    const plan = (expungeMinRatio: number) =>
      planTask(
        { ...harness.context, settings: { ...harness.context.settings, expungeMinRatio } },
        {
          model: 'image',
          action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
          destination_index_suffix: `${harness.suffix}-planned`,
          origin_index_suffix: harness.suffix,
        },
      )
    const [all, without] = await Promise.all([plan(0.5), plan(0.1)])
    expect(without.bytes).toBe(Math.round(Number(all.bytes) / 2))
  })

  test.each([
    ['a setting', { expungeMinRatio: 0.5 }],
    ['too little to gain', { expungeMinBytes: 2 ** 30 }],
  ])('no merge is started because of %s', async (name, settings) => {
    const { context, merges } = impatient()
    const task = await harness.filter(`keep-${name.replaceAll(' ', '-')}`, {
      ...context,
      settings: { ...context.settings, ...settings },
    })
    expect(task).toMatchObject({ status: 'succeeded', result: { bytes: expect.any(Number) as number } })
    expect(merges.count).toBe(0)
  })

  test('documents that could not be expunged are a warning', async () => {
    const { context, merges } = impatient()
    const task = await harness.filter('kept', context)
    expect(task).toMatchObject({
      status: 'succeeded',
      result: { warnings: [expect.stringMatching(/^\d+ deleted documents are still stored$/)] },
    })
    expect(merges.count).toBe(1)
  })

  test.each(['while it asks for the merge', 'when it has the id of the merge'])(
    'a merge is not started twice when a worker dies %s',
    async (moment) => {
      const { id } = await harness.submit(`death-${moment.length}`)
      const dyingCall = moment.includes('asks') ? 'indices.forcemerge' : 'tasks.get'
      let merge: string | null = null
      const { context, merges } = impatient(async (call, proceed, args) => {
        const isFirst = merge === null
        const response = await proceed()
        if (call === 'indices.forcemerge') merge = (response as { body: { task: string } }).body.task
        const isOfMerge = merge !== null && (call !== 'tasks.get' || JSON.stringify(args).includes(merge))
        if (call === dyingCall && isOfMerge && (call === 'tasks.get' ? !died : isFirst)) {
          died = true
          throw await death(harness, id)
        }
        if (call === 'tasks.list' && merge !== null) {
          // Its merge may have ended before the next worker looks for it.
          const [node = '', number] = merge.split(':')
          const label = `image-ingest-${id}-2/expunge`
          const body = {
            tasks: [{ node, id: Number(number), headers: { 'X-Opaque-Id': label } }],
          }
          return moment.includes('asks') ? { body } : response
        }
        return response
      })
      let died = false
      expect(await runToEnd(context, id)).toMatchObject({ status: 'succeeded', error: null })
      expect(died).toBe(true)
      expect(merges.count).toBe(1)
    },
  )

  test('a cancel during the merge deletes the index', async () => {
    const { id, index } = await harness.submit('cancelled')
    let merge: string | null = null
    const { context } = impatient(async (call, proceed, args) => {
      const response = await proceed()
      if (call === 'indices.forcemerge') merge = (response as { body: { task: string } }).body.task
      if (call === 'tasks.get' && merge !== null && JSON.stringify(args).includes(merge)) {
        await harness.context.store.cancel(id)
        return { body: { completed: false, task: { status: undefined } } }
      }
      return response
    })
    expect(await runToEnd(context, id)).toMatchObject({ status: 'cancelled', error: null })
    expect(merge).not.toBe(null)
    expect(await describeIndex(search, index)).toBe(null)
    expect(await describeIndex(search, harness.source)).toMatchObject({ isBlocked: false, aliases: [] })
  })

  test('without the right to merge, the index stays unmerged, with a warning', async () => {
    const right = 'indices:admin/forcemerge'
    const proxy = await startRightsProxy(inject(url), { models: ['image', 'audio'], without: [right] })
    onTestFinished(() => proxy.stop())
    const restricted = connectOpenSearch(proxy.url)
    onTestFinished(() => restricted.close())
    const { context } = impatient(undefined, restricted)
    expect(await harness.filter('unmerged', context)).toMatchObject(withWarning(right))
    expect(proxy.refused()).toContain(right)
  })

  test('without the right to read statistics, no merge is started and the size is unknown', async () => {
    const { context, merges } = impatient(async (call, proceed) => {
      if (call !== 'indices.stats') return proceed()
      const body = { error: { type: 'security_exception', reason: 'no permissions' } }
      throw new errors.ResponseError({
        statusCode: 403,
        headers: {},
        warnings: null,
        body,
        meta: {} as never,
      })
    })
    const task = await harness.filter('unmeasured', context)
    expect(task).toMatchObject(withWarning('indices:monitor/stats'))
    expect(task.result).toMatchObject({ bytes: null })
    expect(merges.count).toBe(0)
  })
})

const withWarning = (right: string) => ({
  status: 'succeeded',
  error: null,
  result: {
    deleted: documents / 2,
    warnings: [`deleted documents were not expunged: OpenSearch forbids ${right}`],
  },
})
