import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { planTask, rollbackRequest, submitTask } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'

let harness: PromoteHarness
let model: string
beforeAll(async () => {
  harness = await createPromoteHarness()
  ;({ model } = harness)
})
beforeEach(async () => {
  await harness.search.indices.delete({ index: `${model}-*` })
  await harness.build('a', 200)
})
afterEach(async () => {
  const blocks = { 'blocks.read_only': null, 'blocks.read_only_allow_delete': null, 'blocks.read': null }
  await harness.search.indices.putSettings({ index: `${model}-*`, body: { index: blocks as object } })
})
afterAll(() => harness.close())

const point = (options: object = {}) =>
  harness.run({ action: 'POINT_ALIAS', alias: model, index_suffix: 'a', ...options })
const plan = (request: object = {}) =>
  planTask(harness.context, {
    model,
    action: 'POINT_ALIAS',
    alias: model,
    index_suffix: 'a',
    ...request,
  })

async function rollBack() {
  const request = await rollbackRequest(harness.context, model)
  return runToEnd(harness.context, (await submitTask(harness.context, request)).id)
}

async function settingsOf(suffix: string): Promise<Record<string, unknown>> {
  const index = `${model}-${suffix}`
  const { body } = await harness.search.indices.getSettings({ index, flat_settings: true })
  return body[index]?.settings as Record<string, unknown>
}
const change = (settings: object) =>
  harness.search.indices.putSettings({ index: `${model}-a`, body: { index: settings } })
const remove = (most: number) =>
  harness.search.deleteByQuery({ index: `${model}-a`, body: { query: { range: { id: { lte: most } } } } })

describe('documents', () => {
  test('an index that lost many documents is refused in plan and task, unless the request allows it', async () => {
    await remove(3)
    const text = 'it has 197 documents, and had 200 when it was verified'
    await expect(point()).rejects.toMatchObject({ code: 'index_changed', details: { differences: [text] } })
    expect((await plan()).refusals).toMatchObject([{ code: 'index_changed' }])
    const task = await point({ allow_changed: true })
    expect(task).toMatchObject({ status: 'succeeded' })
    expect(task.result?.['warnings']).toContainEqual(`${model}-a: ${text}`)
  })

  test('single documents deleted through an API are a warning in plan and task', async () => {
    await remove(2)
    const warning = `${model}-a: it has 198 documents, and had 200 when it was verified`
    expect(await plan()).toMatchObject({ refusals: [] })
    expect((await plan()).warnings).toContainEqual(warning)
    expect((await point()).result?.['warnings']).toContainEqual(warning)
  })

  test('an index that gained many documents is refused too, because they were not verified', async () => {
    for (const id of [901, 902, 903]) {
      await harness.search.index({ index: `${model}-a`, id: String(id), body: { id, mature: false } })
    }
    await expect(point()).rejects.toMatchObject({ code: 'index_changed' })
  })

  test('documents lost between plan and move are found', async () => {
    const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: 'a' })
    await remove(100)
    expect(await harness.context.store.get(task.id)).toMatchObject({ status: 'queued' })
    expect(await runToEnd(harness.context, task.id)).toMatchObject({
      status: 'failed',
      error: { code: 'index_changed' },
    })
    expect(await harness.targets()).toEqual([])
  })

  test('a live index may change, and its alias may be pointed to it again', async () => {
    await point()
    await remove(50)
    expect(await point()).toMatchObject({ status: 'succeeded' })
  })

  test('a rollback accepts an index that an API changed while it was live', async () => {
    await point()
    await remove(50)
    await harness.build('b', 200)
    await harness.point('b')
    expect(await rollBack()).toMatchObject({ status: 'succeeded' })
    expect(await harness.targets()).toEqual([`${model}-a`])
  })
})

describe('settings', () => {
  test('load settings that remained are corrected, with a warning in plan and task', async () => {
    await change({
      refresh_interval: '-1',
      'translog.flush_threshold_size': '1gb',
      'merge.policy.segments_per_tier': 30,
    })
    const restored = ['refresh_interval', 'translog.flush_threshold_size', 'merge.policy.segments_per_tier']
    expect((await plan()).warnings).toContainEqual(`${model}-a: ${restored.join(', ')} would be corrected`)
    expect(await settingsOf('a')).toMatchObject({ 'index.refresh_interval': '-1' })
    expect(await point()).toMatchObject({
      status: 'succeeded',
      result: { restored: restored.map((name) => `setting ${name}`) },
    })
    const settings = await settingsOf('a')
    for (const name of restored) expect(settings[`index.${name}`], name).toBeUndefined()
  })

  test('too few replicas are raised to the configured number', async () => {
    const context = { ...harness.context, settings: { ...harness.context.settings, replicas: 1 } }
    expect(await harness.point('a', model, context)).toMatchObject({
      status: 'succeeded',
      result: { restored: ['setting number_of_replicas'] },
    })
    expect(await settingsOf('a')).toMatchObject({ 'index.number_of_replicas': '1' })
  })

  test('settings of an operator are kept', async () => {
    await change({ refresh_interval: '30s', number_of_replicas: 2, 'translog.flush_threshold_size': '2gb' })
    const task = await point()
    expect(task).toMatchObject({ status: 'succeeded' })
    expect(task.result).not.toHaveProperty('restored')
    expect(await settingsOf('a')).toMatchObject({
      'index.refresh_interval': '30s',
      'index.number_of_replicas': '2',
      'index.translog.flush_threshold_size': '2gb',
    })
  })

  // Not `metadata`: while one index has it, no client can list the aliases of the whole cluster.
  test.each(['write', 'read_only', 'read_only_allow_delete'])(
    'an index with block %s is refused by name, unless the request allows it',
    async (block) => {
      await change({ [`blocks.${block}`]: true })
      await expect(point()).rejects.toMatchObject({
        code: 'index_changed',
        details: { differences: [`setting blocks.${block} is true`] },
      })
      await change({ [`blocks.${block}`]: null })
      expect(await point()).toMatchObject({ status: 'succeeded' })
    },
  )

  test("an index that can't be searched is refused, even if everything is allowed", async () => {
    await change({ 'blocks.read': true })
    await expect(point({ allow_changed: true, allow_shrink: true })).rejects.toMatchObject({
      code: 'index_changed',
    })
    await change({ 'blocks.read': null })
  })

  test('a write block that the task could not remove is removed', async () => {
    const other = crypto.randomUUID()
    await harness.search.indices.putAlias({ index: `${model}-a`, name: `ingest-${other}-1` })
    await change({ 'blocks.write': true })
    expect(await point()).toMatchObject({
      status: 'succeeded',
      result: { restored: ['setting blocks.write'] },
    })
    expect((await settingsOf('a'))['index.blocks.write']).toBeUndefined()
  })
})

describe('the alias for filtered documents', () => {
  const warningsOf = async (options: object = {}) => (await plan(options)).warnings
  const filter = (suffix: string) =>
    harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: suffix })

  test('is a warning if it points to nothing or to another generation, and not otherwise', async () => {
    const alias = `${model}-filtered`
    expect(await warningsOf()).toContainEqual(`alias ${alias} points to nothing`)
    await filter('a')
    await harness.point('a', alias)
    expect(await warningsOf()).toEqual([])
    await harness.build('b', 200)
    const older = `alias ${alias} serves ${model}-a-filtered, which was not filtered from ${model}-b`
    expect(await warningsOf({ index_suffix: 'b' })).toContainEqual(older)
    expect((await harness.point('b')).result?.['warnings']).toEqual([older])
    expect(await warningsOf({ alias })).toContainEqual(
      `${model}-a-filtered was not filtered from ${model}-b, which alias ${model} serves`,
    )
  })
})

describe('an index whose task is not in the store', () => {
  /** Simulates a loss of the tasks database. */
  async function forget(suffix: string) {
    await harness.sql`delete from ingestion.index_record where name = ${`${model}-${suffix}`}`
    await harness.search.indices.putMapping({
      index: `${model}-${suffix}`,
      body: { _meta: { task_id: crypto.randomUUID() } },
    })
  }

  test('counts as built elsewhere: it is promoted if allowed, and can be rolled back to', async () => {
    await forget('a')
    await expect(point()).rejects.toMatchObject({
      code: 'index_unverified',
      message: expect.stringContaining(
        'is not known to this server, so the index counts as built elsewhere',
      ) as string,
    })
    expect(await point({ allow_unverified: true })).toMatchObject({ status: 'succeeded' })
    await harness.build('b', 200)
    await harness.point('b')
    expect(await rollBack()).toMatchObject({ status: 'succeeded' })
    expect(await harness.targets()).toEqual([`${model}-a`])
  })

  test('counts as built elsewhere too if its _meta names no valid task', async () => {
    await forget('a')
    await harness.search.indices.putMapping({
      index: `${model}-a`,
      body: { _meta: { task_id: 'nightly build' } },
    })
    await expect(point()).rejects.toMatchObject({ code: 'index_unverified' })
    expect(await point({ allow_unverified: true })).toMatchObject({ status: 'succeeded' })
  })

  test('is given the alias for filtered documents by its name, if it is filtered', async () => {
    await harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' })
    await forget('a-filtered')
    const request = { action: 'POINT_ALIAS', alias: `${model}-filtered`, index_suffix: 'a' } as const
    expect(await harness.run({ ...request, allow_unverified: true })).toMatchObject({ status: 'succeeded' })
  })
})

describe('an alias with different results than its index', () => {
  const put = (suffix: string, body: object) =>
    harness.search.indices.putAlias({ index: `${model}-${suffix}`, name: model, body })
  const expectRefused = async (property: string, suffix: string) => {
    const error = {
      code: 'alias_altered',
      details: {
        alias: model,
        index: `${model}-${suffix}`,
        alters: expect.arrayContaining([property]) as string[],
      },
    }
    await expect(point()).rejects.toMatchObject(error)
    expect((await plan()).refusals).toContainEqual(expect.objectContaining({ code: 'alias_altered' }))
  }

  test.each([
    ['filter', { filter: { term: { id: 1 } } }],
    ['index_routing', { routing: 'x' }],
    ['search_routing', { search_routing: 'x' }],
  ])('is refused if the index already has it: %s', async (property, body) => {
    await put('a', body)
    await expectRefused(property, 'a')
  })

  test('is refused if a move would drop the filter of the live index', async () => {
    await harness.build('b', 200)
    await put('b', { filter: { term: { mature: false } } })
    await expectRefused('filter', 'b')
  })

  test('is refused if it gets its filter after the plan', async () => {
    const task = await harness.submit({ action: 'POINT_ALIAS', alias: model, index_suffix: 'a' })
    await put('a', { filter: { term: { id: 1 } } })
    expect(await runToEnd(harness.context, task.id)).toMatchObject({
      status: 'failed',
      error: { code: 'alias_altered' },
    })
  })

  test('is accepted if it only marks the write index', async () => {
    await put('a', { is_write_index: true })
    expect(await point()).toMatchObject({ status: 'succeeded' })
  })
})

test('an index that lost many documents is not filtered, and its redrive does not make up for the loss', async () => {
  await harness.search.indices.delete({ index: `${model}-a` })
  await harness.sql`update image set tags = '[{"name": {"not": "text"}}]' where id = 1`
  const built = await harness.run({ action: 'REINDEX', index_suffix: 'a', max_failed: 1 })
  expect(built).toMatchObject({ status: 'succeeded', documents: 199 })
  await remove(100)
  const error = { code: 'index_changed', detail: expect.stringContaining('had 199') as string }
  const filter = { action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' } as const
  expect(await harness.run(filter)).toMatchObject({ status: 'failed', error })
  await harness.context.store.redrive(built.id)
  expect(await runToEnd(harness.context, built.id)).toMatchObject({ status: 'failed', error })
  await expect(point()).rejects.toMatchObject({ code: 'index_changed' })
})

test('single documents that a redrive finds missing stay visible beside those that it wrote', async () => {
  await harness.search.indices.delete({ index: `${model}-a` })
  await harness.sql`update image set tags = '[{"name": {"not": "text"}}]' where id = 1`
  const built = await harness.run({ action: 'REINDEX', index_suffix: 'a', max_failed: 1 })
  await harness.search.delete({ index: `${model}-a`, id: '200' })
  await harness.sql`update image set tags = '[]' where id = 1`
  await harness.context.store.redrive(built.id)
  expect(await runToEnd(harness.context, built.id)).toMatchObject({
    status: 'succeeded',
    result: { refused: 0 },
  })
  const warning = `${model}-a: it has 199 documents, and had 200 when it was verified`
  expect((await point()).result?.['warnings']).toContainEqual(warning)
})
