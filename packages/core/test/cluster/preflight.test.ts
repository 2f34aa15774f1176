import { startOpenSearch, type RunningOpenSearch } from '@ingestion-server/local-services'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { planTask, submitTask, taskPlanSchema, type SearchClient, type TaskContext } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { loadImages } from '../support/sample-data.ts'
import { waitForTask } from '../support/wait-for-task.ts'

async function planReindex(harness: PromoteHarness, context: TaskContext = harness.context) {
  const request = { model: harness.model, action: 'REINDEX' as const, index_suffix: 'a' }
  const plan = taskPlanSchema.parse(await planTask(context, request))
  const checks = Object.fromEntries(plan.checks.map(({ check, status }) => [check, status]))
  return { ...plan, checks, details: plan.checks }
}

async function buildWith(harness: PromoteHarness, context: TaskContext) {
  const request = { model: harness.model, action: 'REINDEX' as const, index_suffix: 'a' }
  return runToEnd(context, (await submitTask(context, request)).id)
}

const refuse = (status: number) =>
  Promise.reject(Object.assign(new Error('no permissions'), { meta: {}, statusCode: status }))

/** A client without the right to some calls: named like `cluster.getSettings`, or by method and path. */
function forbid(search: SearchClient, calls: RegExp): SearchClient {
  const client = interceptCalls(search, (call, proceed) => (calls.test(call) ? refuse(403) : proceed()))
  const transport: Pick<SearchClient['transport'], 'request'> = {
    request: ((params: { method: string; path: string }, ...rest: []) =>
      calls.test(`${params.method} ${params.path}`)
        ? refuse(403)
        : search.transport.request(params, ...rest)) as never,
  }
  return new Proxy(client, {
    get: (target, name): unknown => (name === 'transport' ? transport : Reflect.get(target, name)),
  })
}

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('preflight checks in %s', (_, urlName) => {
  let harness: PromoteHarness
  beforeAll(async () => {
    harness = await createPromoteHarness({ openSearchUrl: inject(urlName), rights: 'all' })
    await harness.build('source')
  })
  afterAll(() => harness.close())

  test('pass on a suitable cluster and change nothing', async () => {
    const plan = await planReindex(harness)
    expect(plan.checks).toMatchObject({
      templates: 'ok',
      shards: 'ok',
      blocks: 'ok',
      rights: 'ok',
      alias_names: 'ok',
    })
    expect(plan.refusals).toEqual([])
    const filtering = await planTask(harness.context, {
      model: harness.model,
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      destination_index_suffix: 'source',
    })
    expect(filtering.checks.map(({ check, status }) => `${check} ${status}`)).toContain('rights ok')
    const { body } = await harness.search.indices.get({ index: `${harness.model}-*` })
    expect(Object.keys(body)).toEqual([`${harness.model}-source`])
  })

  test('are unknown where the role lacks the right, and the task succeeds anyway', async () => {
    const search = forbid(harness.search, /^(cluster\.getSettings|cat\.allocation|.*Template)$/)
    const plan = await planReindex(harness, { ...harness.context, search })
    expect(plan.checks).toMatchObject({
      templates: 'unknown',
      shards: 'unknown',
      disk: 'unknown',
      blocks: 'unknown',
    })
    expect(plan.refusals).toEqual([])
    expect(await buildWith(harness, { ...harness.context, search })).toMatchObject({ status: 'succeeded' })
    await harness.search.indices.delete({ index: `${harness.model}-a` })
  })

  test('name missing rights in the plan, and fail the task before it reads a row', async () => {
    const search = forbid(harness.search, /\/_settings$|\/_block\//)
    const plan = await planReindex(harness, { ...harness.context, search })
    expect(plan.refusals).toMatchObject([{ code: 'cluster_unfit' }])
    const detail = plan.details.find(({ check }) => check === 'rights')?.detail
    expect(detail).toMatch(
      /_settings needs indices:admin\/settings\/update; .*_block\/write needs indices:admin\/block\/add$/,
    )
    expect(await buildWith(harness, { ...harness.context, search })).toMatchObject({
      status: 'failed',
      error: {
        code: 'cluster_unfit',
        checks: [{ check: 'rights', status: 'failed', detail: expect.any(String) as string }],
      },
      counts: { read: 0 },
    })
  })

  test('name an index that has the name of an alias', async () => {
    await harness.search.indices.create({ index: harness.model })
    const plan = await planReindex(harness)
    expect(plan.checks).toMatchObject({ alias_names: 'failed' })
    expect(plan.warnings).toContainEqual(
      `alias_names: ${harness.model} is an index, so no alias can have that name`,
    )
    await harness.search.indices.delete({ index: harness.model })
  })

  test('report what an index template would do', async () => {
    const name = `${harness.model}-t`
    await harness.search.indices.putIndexTemplate({
      name,
      body: {
        index_patterns: [`${harness.model}-*`],
        priority: 500,
        template: { aliases: { [`${name}-live`]: {} } },
      },
    })
    const plan = await planReindex(harness)
    await harness.search.indices.deleteIndexTemplate({ name })
    expect(plan.checks).toMatchObject({ templates: 'failed' })
    expect(plan.refusals).toMatchObject([{ code: 'index_differs', templates: [name] }])
  })
})

describe('a cluster with limits', () => {
  let opensearch: RunningOpenSearch
  let harness: PromoteHarness
  beforeAll(async () => {
    opensearch = await startOpenSearch({ heapMb: 512, startsFast: true })
    harness = await createPromoteHarness({
      openSearchUrl: opensearch.url,
      rights: 'all',
      settings: { shards: 2, replicas: 1 },
    })
  })
  afterEach(async () => {
    await harness.search.cluster.putSettings({ body: { persistent: { 'cluster.*': null } } })
    await harness.search.indices.delete({ index: `${harness.model}-*` })
  })
  afterAll(async () => {
    await harness.close()
    await opensearch.stop()
  })

  const limit = (settings: Record<string, unknown>) =>
    harness.search.cluster.putSettings({ body: { persistent: settings } })

  test('without room for the replicas of the finished index fails the task before it reads a row', async () => {
    await limit({ 'cluster.max_shards_per_node': 3 })
    const plan = await planReindex(harness)
    expect(plan.checks).toMatchObject({ shards: 'failed' })
    expect(plan.refusals).toMatchObject([{ code: 'cluster_unfit' }])
    expect(await harness.build('a')).toMatchObject({
      status: 'failed',
      error: { code: 'cluster_unfit', checks: [{ check: 'shards' }] },
      counts: { read: 0 },
    })
    expect((await harness.search.indices.exists({ index: `${harness.model}-a` })).statusCode).toBe(404)
    await limit({ 'cluster.max_shards_per_node': 4 })
    expect((await planReindex(harness)).checks).toMatchObject({ shards: 'ok' })
    expect(await harness.build('b')).toMatchObject({ status: 'succeeded' })
  })

  test('that allows no more shards per node fails the task before it reads a row, and the error names the setting', async () => {
    const setting = 'cluster.routing.allocation.total_shards_per_node'
    await limit({ [setting]: 1 })
    const plan = await planReindex(harness)
    expect(plan.checks).toMatchObject({ shards: 'failed' })
    expect(plan.details.find(({ check }) => check === 'shards')?.detail).toContain(setting)
    expect(await harness.build('a')).toMatchObject({
      status: 'failed',
      error: { code: 'cluster_unfit', checks: [{ check: 'shards' }] },
      counts: { read: 0 },
    })
    await limit({ [setting]: 2 })
    expect((await planReindex(harness)).checks).toMatchObject({ shards: 'ok' })
  })

  test('that allows no more shards per node later is named as what the task waits for', async () => {
    const setting = 'cluster.routing.allocation.total_shards_per_node'
    await loadImages(harness, 10)
    const search = interceptCalls(harness.search, async (call, proceed) => {
      if (call === 'indices.create') await limit({ [setting]: 1 })
      return proceed()
    })
    const request = { model: harness.model, action: 'REINDEX' as const, index_suffix: 'a' }
    const { id } = await submitTask(harness.context, request)
    const ended = runToEnd({ ...harness.context, search }, id)
    const { waiting } = await waitForTask(
      harness.context.store,
      id,
      (task) => task.waiting?.reason.includes('not active') ?? false,
    )
    expect(waiting?.reason).toContain(`[${setting}=1]`)
    await limit({ [setting]: null })
    expect(await ended).toMatchObject({ status: 'succeeded', waiting: null, error: null })
  })

  test('does not count the shards of closed indices', async () => {
    await harness.search.indices.create({
      index: `${harness.model}-closed`,
      body: { settings: { number_of_shards: 3 } },
    })
    await limit({ 'cluster.max_shards_per_node': 7 })
    expect((await planReindex(harness)).checks).toMatchObject({ shards: 'failed' })
    await harness.search.indices.close({ index: `${harness.model}-closed` })
    expect((await planReindex(harness)).checks).toMatchObject({ shards: 'ok' })
  })

  test('that accepts no new index is reported', async () => {
    await limit({ 'cluster.blocks.create_index': true })
    const plan = await planReindex(harness)
    expect(plan.checks).toMatchObject({ blocks: 'failed' })
    expect(plan.warnings).toContainEqual(
      'blocks: cluster.blocks.create_index is set; the task waits until it is lifted',
    )
    expect(plan.refusals).toEqual([])
  })

  test('with disks above a watermark is reported', async () => {
    await harness.sql`truncate image`
    await harness.sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
      select id, gen_random_uuid(), 'one', 'https://example.org', '{}', '[]', false from generate_series(1, 10) id`
    await harness.sql`analyze image`
    const prefix = 'cluster.routing.allocation.disk'
    expect((await planReindex(harness)).checks).toMatchObject({ disk: 'ok' })
    await limit({
      [`${prefix}.threshold_enabled`]: true,
      [`${prefix}.watermark.low`]: '500tb',
      [`${prefix}.watermark.high`]: '400tb',
      [`${prefix}.watermark.flood_stage`]: '1b',
    })
    const plan = await planReindex(harness)
    expect(plan.checks).toMatchObject({ disk: 'failed' })
    expect(plan.details.find(({ check }) => check === 'disk')?.detail).toContain(
      '0 are free below the low watermark (500tb)',
    )
    await limit({ [`${prefix}.threshold_enabled`]: false })
    expect((await planReindex(harness)).checks).toMatchObject({ disk: 'ok' })
  })
})
