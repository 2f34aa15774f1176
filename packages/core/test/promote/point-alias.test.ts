import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createPromoteHarness, type PromoteHarness } from './promote-harness.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('POINT_ALIAS in %s', (_, urlName) => {
  let harness: PromoteHarness
  beforeAll(async () => {
    harness = await createPromoteHarness({ openSearchUrl: inject(urlName) })
    await harness.build('a')
    await harness.build('b')
  })
  afterAll(() => harness.close())

  test('moves the alias to the index and records its previous target', async () => {
    const { model, context } = harness
    const first = await harness.point('a')
    expect(first).toMatchObject({
      status: 'succeeded',
      index: `${model}-a`,
      result: { alias: model, from: [], to: { name: `${model}-a` }, live_before: false },
    })
    expect(await harness.targets()).toEqual([`${model}-a`])

    const second = await harness.point('b')
    expect(second).toMatchObject({ status: 'succeeded', phase: 'done' })
    expect(second.result).toMatchObject({
      alias: model,
      from: [first.result?.['to']],
      to: { name: `${model}-b` },
      live_before: false,
    })
    expect(await harness.targets()).toEqual([`${model}-b`])
    expect(await context.store.lastAliasMove(model)).toMatchObject({
      taskId: second.id,
      from: [{ name: `${model}-a` }],
      to: { name: `${model}-b` },
    })
    expect(await harness.aliasesOf(`${model}-a`)).toEqual([])
    expect(await harness.aliasesOf(`${model}-b`)).toEqual([model])
  })

  test('removes the alias from every index that it pointed to, including hidden and closed ones', async () => {
    const { model, search, context } = harness
    await search.indices.create({ index: `${model}-hidden`, body: { settings: { 'index.hidden': true } } })
    await search.indices.create({ index: `${model}-closed` })
    for (const name of ['a', 'hidden', 'closed']) {
      await search.indices.putAlias({ index: `${model}-${name}`, name: model })
    }
    await search.indices.close({ index: `${model}-closed` })
    const before = await harness.targets()
    expect(before.length).toBeGreaterThanOrEqual(3)
    const task = await harness.run({
      action: 'POINT_ALIAS',
      alias: model,
      index_suffix: 'b',
      allow_shrink: true,
    })
    expect(task).toMatchObject({ status: 'succeeded', error: null })
    expect(await harness.targets()).toEqual([`${model}-b`])
    const move = await context.store.lastAliasMove(model)
    expect(move?.from.map(({ name }) => name)).toEqual(before)
  })

  test('leaves an alias that already points to the index, and records no move', async () => {
    const { model, context } = harness
    // Back to where it was: a rollback, whichever request leads to it.
    expect(await harness.point('a')).toMatchObject({ result: { live_before: true } })
    const before = await context.store.lastAliasMove(model)
    expect(await harness.point('a')).toMatchObject({
      status: 'succeeded',
      result: { from: [{ name: `${model}-a` }], to: { name: `${model}-a` }, live_before: false },
    })
    expect(await context.store.lastAliasMove(model)).toEqual(before)
    expect(await harness.aliasesOf(`${model}-a`)).toEqual([model])
  })
})
