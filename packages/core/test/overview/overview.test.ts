import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  describeIndex,
  indexListSchema,
  listIndices,
  planTask,
  rollbackRequest,
  statName,
  submitTask,
  taskPlanSchema,
  type TaskRequest,
} from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { until } from '../support/until.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('overview of indices in %s', (_, urlName) => {
  let harness: PromoteHarness
  let model: string
  beforeAll(async () => {
    harness = await createPromoteHarness({ openSearchUrl: inject(urlName) })
    ;({ model } = harness)
    await harness.build('a', 20)
    await harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' })
    await harness.build('b', 20)
    await harness.point('a')
    await harness.point('b')
  })
  afterAll(() => harness.close())

  const list = async () => {
    const [ofModel] = indexListSchema.parse(await listIndices(harness.context)).models
    return ofModel
  }
  const plan = async (request: object, options: object = {}) =>
    taskPlanSchema.parse(
      await planTask({ ...harness.context, ...options }, { model, ...request } as TaskRequest),
    )

  test('lists all indices with their origin, and the aliases with their rollback targets', async () => {
    const source = await describeIndex(harness.context, `${model}-a`)
    expect(await list()).toMatchObject({
      model,
      aliases: [
        { alias: model, indices: [`${model}-b`], previous: `${model}-a` },
        { alias: `${model}-filtered`, indices: [], previous: null },
      ],
      indices: [
        { suffix: 'b', aliases: [model], verified: true, filtered: false, documents: 20 },
        {
          name: `${model}-a-filtered`,
          suffix: 'a-filtered',
          aliases: [],
          filtered: true,
          documents: 10,
          filtered_from: source.uuid,
          terms_hash: expect.stringMatching(/^[\da-f]{64}$/) as string,
        },
        { suffix: 'a', aliases: [], filtered: false, filtered_from: null, health: 'green' },
      ],
    })
  })

  test('describes an index by its exact name, with the task that works on it', async () => {
    const task = await harness.submit({ action: 'DELETE_INDEX', index_suffix: 'a-filtered' })
    expect(await describeIndex(harness.context, `${model}-a-filtered`)).toMatchObject({
      name: `${model}-a-filtered`,
      model,
      reserved_by: task.id,
    })
    await harness.context.store.cancel(task.id)
    for (const name of [model, `${model}-*`, `${model}-a,${model}-b`, 'elsewhere', `${model}-none`]) {
      await expect(describeIndex(harness.context, name), name).rejects.toMatchObject({
        code: 'index_not_found',
      })
    }
  })

  test('lists a broken index that was built elsewhere', async () => {
    const name = `${model}-made-elsewhere-filtered`
    await harness.search.indices.create({
      index: name,
      wait_for_active_shards: '0',
      body: { settings: { 'routing.allocation.require._name': 'nobody' }, aliases: { [`${model}x`]: {} } },
    })
    expect(await describeIndex(harness.context, name)).toMatchObject({
      health: 'red',
      documents: 0,
      verified: false,
      filtered: true,
      task_id: null,
    })
    expect((await list())?.aliases.at(-1)).toEqual({
      ...{ alias: `${model}x`, indices: [name], previous: null },
      ...{ moved_at: null, task_id: null },
    })
    await harness.search.indices.delete({ index: name })
  })

  test('resolves a name to an index, an alias, or nothing', async () => {
    const { search } = harness
    expect(await statName(search, model)).toEqual({ exists: true, is_alias: true, alt_names: [`${model}-b`] })
    expect(await statName(search, `${model}-b`)).toEqual({
      exists: true,
      is_alias: false,
      alt_names: [model],
    })
    const nothing = { exists: false, is_alias: null, alt_names: null }
    for (const name of ['nothing', `${model}*`, '_all']) expect(await statName(search, name)).toEqual(nothing)
  })

  test('forecasts a REINDEX from the previous one', async () => {
    expect(await plan({ action: 'REINDEX', index_suffix: 'c' })).toMatchObject({
      index: `${model}-c`,
      rows: 20,
      documents: 20,
      shards: 1,
      replicas: 0,
      refusals: [],
      aliases: [
        { alias: model, indices: [`${model}-b`] },
        { alias: `${model}-filtered`, indices: [] },
      ],
    })
    // OpenSearch measures an index again after 10 s, which may be between the two.
    const { planned, bytes } = await until('a plan with the size of the previous index', async () => {
      const planned = await plan({ action: 'REINDEX', index_suffix: 'c' })
      const { bytes } = await describeIndex(harness.context, `${model}-b`)
      return planned.bytes === bytes && { planned, bytes }
    })
    expect(planned.seconds).toBeGreaterThan(0)
    const disk = { needed_bytes: bytes * 2, free_bytes: expect.any(Number) as number }
    expect(planned.disk).toEqual(harness.isRestricted ? null : disk)
    expect((await harness.search.indices.exists({ index: `${model}-c` })).statusCode).toBe(404)
  })

  test('reports every precondition failure of a plan, not only the first', async () => {
    const { sql } = harness
    await sql`alter table image rename to elsewhere`
    const reindex = await plan({ action: 'REINDEX', index_suffix: 'a' })
    await sql`alter table elsewhere rename to image`
    expect(reindex.refusals.map(({ code }) => code)).toEqual(['index_exists', 'table_not_found'])
    expect(reindex.rows).toBe(null)

    await harness.search.indices.create({ index: `${model}-bare` })
    const filter = await plan(
      {
        action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
        destination_index_suffix: 'a',
        origin_index_suffix: 'bare',
      },
      { readSensitiveTerms: undefined },
    )
    expect(filter.refusals.map(({ code }) => code)).toEqual([
      'index_exists',
      'index_unverified',
      'fields_missing',
    ])
    const pointing = await plan({
      action: 'POINT_ALIAS',
      alias: `${model}-filtered`,
      index_suffix: 'bare-filtered',
    })
    expect(pointing.refusals.map(({ code }) => code)).toEqual(['index_not_found'])
    const live = await plan({ action: 'POINT_ALIAS', alias: model, index_suffix: 'bare' })
    expect(live.refusals.map(({ code }) => code)).toEqual(['index_unverified', 'index_shrank'])
    expect(live.warnings).toContain(`${model}-bare has no documents`)
    await harness.search.indices.delete({ index: `${model}-bare` })
  })

  test('names the conflicting task in a plan', async () => {
    const task = await harness.submit({ action: 'REINDEX', index_suffix: 'busy' })
    const { refusals } = await plan({ action: 'REINDEX', index_suffix: 'busy' })
    expect(refusals).toMatchObject([{ code: 'index_busy', task_id: task.id }])
    await harness.context.store.cancel(task.id)
  })

  test('forecasts a filtered index from the previous filtering, and checks the terms', async () => {
    const request = { action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'b' }
    expect(await plan(request)).toMatchObject({
      index: `${model}-b-filtered`,
      documents: 10,
      shards: 1,
      refusals: [],
    })
    const unreadable = { readSensitiveTerms: () => Promise.reject(new Error('no such host')) }
    expect((await plan(request, unreadable)).refusals).toMatchObject([{ code: 'terms_unavailable' }])
    expect((await plan(request, { readSensitiveTerms: async () => '# none' })).refusals).toMatchObject([
      { code: 'terms_empty' },
    ])
  })

  test('reports the rollback target in a plan of a promotion or a deletion', async () => {
    const settings = { ...harness.context.settings, rollbackWindowMs: 3_600_000 }
    const promotion = { action: 'POINT_ALIAS', alias: model, index_suffix: 'a' }
    expect((await plan(promotion)).warnings.join()).toContain(`${model}-b can be deleted as soon as`)
    expect((await plan(promotion, { settings })).warnings.join()).toContain("can't be deleted for 3600 s")
    const deletion = { action: 'DELETE_INDEX', index_suffix: 'a' }
    expect(await plan(deletion)).toMatchObject({ documents: 20, refusals: [] })
    expect((await plan(deletion)).warnings.join()).toContain(`can no longer be rolled back to it`)
    expect((await plan(deletion, { settings })).refusals).toMatchObject([
      { code: 'index_in_rollback_window' },
    ])
    expect((await plan({ action: 'DELETE_INDEX', index_suffix: 'b' })).refusals).toMatchObject([
      { code: 'index_aliased' },
    ])
  })

  test('rolls an alias back and forth again', async () => {
    const { context } = harness
    for (const suffix of ['a', 'b']) {
      const request = await rollbackRequest(context, model)
      expect(request).toMatchObject({ action: 'POINT_ALIAS', alias: model, index_suffix: suffix })
      const { id } = await submitTask(context, request)
      expect(await runToEnd(context, id)).toMatchObject({ status: 'succeeded' })
      expect(await harness.targets()).toEqual([`${model}-${suffix}`])
    }
  })

  test('refuses to roll an alias back to an index that is unknown, deleted or replaced', async () => {
    const { context, search } = harness
    const refusal = { code: 'nothing_to_roll_back' }
    await expect(rollbackRequest(context, `${model}-filtered`)).rejects.toMatchObject(refusal)
    await harness.point('a-filtered', `${model}-filtered`)
    await expect(rollbackRequest(context, `${model}-filtered`)).rejects.toThrow('pointed to nothing before')

    await search.indices.putAlias({ index: `${model}-a`, name: model })
    await expect(rollbackRequest(context, model)).rejects.toThrow('another client')
    await search.indices.deleteAlias({ index: `${model}-a`, name: model })
    await search.indices.delete({ index: `${model}-a` })
    await search.indices.create({ index: `${model}-a` })
    await expect(rollbackRequest(context, model)).rejects.toThrow('no longer exists')
  })
})
