import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import {
  describeIndex,
  indexListSchema,
  listIndices,
  planTask,
  statName,
  submitTask,
  type TaskContext,
  type TaskRequest,
} from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('closed indices in %s', (_, urlName) => {
  let harness: PromoteHarness
  let model: string
  beforeAll(async () => {
    harness = await createPromoteHarness({ openSearchUrl: inject(urlName) })
    ;({ model } = harness)
    await harness.build('live', 20)
    await harness.build('next', 20)
    await harness.build('small', 5)
    await harness.point('live')
    await close('live')
  })
  afterAll(() => harness.close())

  const close = (suffix: string) => harness.search.indices.close({ index: `${model}-${suffix}` })
  const open = (suffix: string) => harness.search.indices.open({ index: `${model}-${suffix}` })
  const plan = (request: object) => planTask(harness.context, { model, ...request } as TaskRequest)
  const isClosed = (suffix: string) => ({ code: 'index_closed', details: { index: `${model}-${suffix}` } })

  test('are listed as closed, with the document count of their record, and without a count if built elsewhere', async () => {
    await harness.search.indices.create({ index: `${model}-elsewhere` })
    await close('elsewhere')
    const [found] = indexListSchema.parse(await listIndices(harness.context)).models
    const states = Object.fromEntries(
      (found?.indices ?? []).map((index) => [
        index.suffix,
        [index.state, index.documents, index.documents_from],
      ]),
    )
    expect(states).toEqual({
      live: ['closed', 20, 'record'],
      next: ['open', 20, 'index'],
      small: ['open', 5, 'index'],
      elsewhere: ['closed', 0, 'unknown'],
    })
    expect(found?.aliases[0]).toMatchObject({ alias: model, indices: [`${model}-live`] })
    expect(await describeIndex(harness.context, `${model}-live`)).toMatchObject({
      state: 'closed',
      documents: 20,
    })
    expect(await statName(harness.search, `${model}-live`)).toEqual({
      exists: true,
      is_alias: false,
      alt_names: [model],
    })
    expect(await statName(harness.search, model)).toMatchObject({
      is_alias: true,
      alt_names: [`${model}-live`],
    })
  })

  test('are refused by POINT_ALIAS, filtering and REINDEX with the advice to open them', async () => {
    await close('next')
    const pointing = {
      action: 'POINT_ALIAS',
      alias: model,
      index_suffix: 'next',
      allow_shrink: true,
    } as const
    const filtering = {
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      destination_index_suffix: 'next',
    } as const
    for (const request of [pointing, filtering]) {
      await expect(harness.run(request), request.action).rejects.toMatchObject(isClosed('next'))
      expect((await plan(request)).refusals, request.action).toMatchObject([
        { code: 'index_closed', detail: expect.stringContaining('open it first') as string },
      ])
    }
    await expect(harness.run({ action: 'REINDEX', index_suffix: 'next' })).rejects.toMatchObject({
      code: 'index_exists',
    })
    await open('next')
  })

  test('fail a task that is working on them with a named error, and a retry continues', async () => {
    const cases = [
      [
        { action: 'POINT_ALIAS', alias: `${model}-filtered`, index_suffix: 'next', allow_unfiltered: true },
        'next',
      ],
      [{ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'next' }, 'next'],
      [{ action: 'REINDEX', index_suffix: 'closing' }, 'closing'],
    ] as const
    for (const [request, suffix] of cases) {
      const task = await submitTask(harness.context, { model, ...request })
      const closeBefore = request.action === 'REINDEX' ? 'bulk' : 'cluster.health'
      const before =
        request.action === 'CREATE_AND_POPULATE_FILTERED_INDEX' ? 'indices.addBlock' : closeBefore
      let isDone = false
      const search = interceptCalls(harness.search, async (call, proceed) => {
        if (
          call === before &&
          !isDone &&
          (request.action !== 'POINT_ALIAS' || (await hasWriteAlias('next')))
        ) {
          isDone = true
          await close(suffix)
        }
        return proceed()
      })
      const context: TaskContext = { ...harness.context, search }
      expect(await runToEnd(context, task.id), request.action).toMatchObject({
        status: 'failed',
        error: { code: 'index_closed', index: `${model}-${suffix}` },
      })
      await open(suffix)
      await harness.context.store.retry(task.id)
      expect(await runToEnd(harness.context, task.id), request.action).toMatchObject({ status: 'succeeded' })
    }
  })

  async function hasWriteAlias(suffix: string): Promise<boolean> {
    return (await harness.aliasesOf(`${model}-${suffix}`)).some((alias) => alias.includes('ingest-'))
  }

  test('a live index that is closed is compared by its recorded count, and the alias can move away from it', async () => {
    const request = { action: 'POINT_ALIAS', alias: model, index_suffix: 'small' } as const
    await expect(harness.run(request)).rejects.toMatchObject({
      code: 'index_shrank',
      details: { documents: 5, live_documents: 20 },
    })
    expect(await harness.point('next')).toMatchObject({ status: 'succeeded', error: null })
    expect(await harness.targets()).toEqual([`${model}-next`])
  })

  test("a live index without a record that is closed can't be counted, and the plan warns about it", async () => {
    await open('elsewhere')
    await harness.run({
      action: 'POINT_ALIAS',
      alias: model,
      index_suffix: 'elsewhere',
      allow_unverified: true,
      allow_shrink: true,
    })
    await close('elsewhere')
    const warning = expect.stringContaining(
      `${model}-elsewhere, which ${model} serves now, can't be counted`,
    ) as string
    const request = { action: 'POINT_ALIAS', alias: model, index_suffix: 'next' } as const
    expect((await plan(request)).warnings).toContainEqual(warning)
    expect((await harness.run(request)).result).toMatchObject({
      warnings: expect.arrayContaining([warning]) as string[],
    })
  })

  test('can be deleted, and the task returns their recorded contents', async () => {
    const request = { action: 'DELETE_INDEX', index_suffix: 'live' } as const
    expect(await plan(request)).toMatchObject({ documents: 20, refusals: [] })
    expect(await harness.run(request)).toMatchObject({ status: 'succeeded', result: { documents: 20 } })
    expect((await harness.search.indices.exists({ index: `${model}-live` })).statusCode).toBe(404)
  })
})
