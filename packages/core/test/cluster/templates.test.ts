import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { describeModelIndex } from '../../src/actions/reindex/model-index.ts'
import { image, submitTask, type TaskContext } from '../../src/index.ts'
import { createIndex, foreseeIndex } from '../../src/search/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('index templates in %s', (_, urlName) => {
  let harness: PromoteHarness
  let model: string
  beforeAll(async () => {
    harness = await createPromoteHarness({ openSearchUrl: inject(urlName), rights: 'all' })
    ;({ model } = harness)
  })
  afterEach(async () => {
    await harness.search.indices.deleteIndexTemplate({ name: `${model}-t` }, { ignore: [404] })
    await harness.search.indices.deleteTemplate({ name: `${model}-t` }, { ignore: [404] })
    await harness.search.indices.delete({ index: `${model}-*` })
  })
  afterAll(() => harness.close())

  type Template = { settings?: object; mappings?: object; aliases?: object }
  const kinds = {
    composable: (template: Template) =>
      harness.search.indices.putIndexTemplate({
        name: `${model}-t`,
        body: { index_patterns: [`${model}-*`], priority: 500, template } as never,
      }),
    legacy: (template: Template) =>
      harness.search.indices.putTemplate({
        name: `${model}-t`,
        body: { index_patterns: [`${model}-*`], ...template } as never,
      }),
  }
  const both = ['composable', 'legacy'] as const

  async function exists(index: string): Promise<boolean> {
    return (await harness.search.indices.exists({ index })).statusCode === 200
  }

  /** The harness's context, and the names of the calls made through it. */
  function recordCalls(): { context: TaskContext; calls: string[] } {
    const calls: string[] = []
    const search = interceptCalls(harness.search, (call, proceed) => {
      calls.push(call)
      return proceed()
    })
    return { context: { ...harness.context, search }, calls }
  }

  async function buildWith(context: TaskContext, suffix: string) {
    const request = { model, action: 'REINDEX' as const, index_suffix: suffix }
    return runToEnd(context, (await submitTask(context, request)).id)
  }

  test.each(both)('an alias in a %s template is refused before the index is created', async (kind) => {
    await kinds[kind]({ aliases: { [`${model}-live`]: {} } })
    const { context, calls } = recordCalls()
    const task = await buildWith(context, 'a')
    expect(task).toMatchObject({
      status: 'failed',
      error: {
        code: 'index_differs',
        detail: expect.stringContaining(`${model}-t`) as string,
        differences: [`it would get alias ${model}-live`],
        templates: [`${model}-t`],
      },
    })
    expect(calls).not.toContain('indices.create')
    expect(await harness.targets(`${model}-live`)).toEqual([])
  })

  test.each(both)('settings of a %s template that change documents are switched off', async (kind) => {
    await kinds[kind]({
      settings: {
        default_pipeline: 'renames-titles',
        final_pipeline: 'removes-tags',
        'blocks.write': true,
        hidden: true,
        max_result_window: 500,
        max_terms_count: 10,
        'translog.durability': 'async',
        'sort.field': 'id',
        'mapping.ignore_malformed': true,
        auto_expand_replicas: '0-all',
        number_of_replicas: 3,
        refresh_interval: '1h',
      },
      mappings: {
        dynamic: 'strict',
        _routing: { required: true },
        properties: { title: { type: 'text', analyzer: 'whitespace' }, id: { type: 'long' } },
      },
    })
    const task = await harness.build('a', 30)
    expect(task).toMatchObject({ status: 'succeeded', counts: { indexed: 30, failed: 0 } })
    expect(task.result?.['warnings']).toEqual(
      expect.arrayContaining([
        `setting default_pipeline (renames-titles) of index template ${model}-t is not applied`,
      ]),
    )
    const { body } = await harness.search.indices.get({ index: `${model}-a` })
    const settings = body[`${model}-a`]?.settings?.index as Record<string, unknown>
    expect(settings).toMatchObject({ default_pipeline: '_none', number_of_replicas: '0' })
    expect(settings['refresh_interval'] ?? null).toBeNull()
    const found = await harness.search.search({ index: `${model}-*`, q: 'title:sensitive', size: 100 })
    expect(found.body.hits.hits).toHaveLength(15)
    expect(found.body.hits.hits[0]?._source).toMatchObject({ title: 'of a sensitive' })
  })

  test.each(both)('harmless settings of a %s template are kept and named', async (kind) => {
    await kinds[kind]({
      settings: { codec: 'best_compression', max_result_window: 50_000 },
      mappings: { properties: { boosted_by: { type: 'keyword' } } },
    })
    const task = await harness.build('a')
    expect(task.result).toMatchObject({
      warnings: expect.arrayContaining([
        'setting codec is best_compression',
        'setting max_result_window is 50000',
      ]) as string[],
    })
    const { body } = await harness.search.indices.getSettings({ index: `${model}-a`, flat_settings: true })
    expect(body[`${model}-a`]?.settings).toMatchObject({
      'index.codec': 'best_compression',
      'index.max_result_window': '50000',
    })
  })

  test.each([
    [
      'a type',
      { mappings: { properties: { tags: { type: 'nested' } } } },
      'field tags has type nested instead of object',
    ],
    [
      'a field beside a field',
      { mappings: { properties: { title: { type: 'text', fields: { year: { type: 'integer' } } } } } },
      'field title.year of type integer',
    ],
    [
      'a copy of a field',
      { mappings: { properties: { title: { type: 'text', copy_to: ['everything'] } } } },
      'copy_to of field title is ["everything"]',
    ],
    [
      'an analyzer',
      { settings: { analysis: { analyzer: { default: { type: 'whitespace' } } } } },
      'setting analysis.analyzer.default.type is whitespace',
    ],
    [
      'part of an analyzer',
      {
        settings: {
          analysis: {
            analyzer: {
              custom_english: { type: 'custom', tokenizer: 'standard', char_filter: ['html_strip'] },
            },
          },
        },
      },
      'setting analysis.analyzer.custom_english.char_filter is ["html_strip"]',
    ],
    [
      'a similarity',
      { settings: { 'similarity.default.type': 'boolean' } },
      'setting similarity.default.type is boolean',
    ],
  ])(
    "%s that a request can't override fails the task with a named error and leaves no index",
    async (_name, template, difference) => {
      await kinds.legacy(template)
      const index = { ...describeModelIndex(image, `${model}-a`, 1), aliases: ['ingest-test-1'] }
      await expect(createIndex(harness.search, index)).rejects.toMatchObject({
        code: 'index_differs',
        details: { differences: [difference], templates: [`${model}-t`] },
      })
      expect(await foreseeIndex(harness.search, index)).toMatchObject({
        known: true,
        differences: [difference],
      })
      expect(await exists(`${model}-a`)).toBe(false)
      await harness.search.indices.deleteTemplate({ name: `${model}-t` })
      expect((await createIndex(harness.search, index)).aliases).toEqual(['ingest-test-1'])
    },
  )

  test('an index name reserved for data streams is refused with the name of the template', async () => {
    await harness.search.indices.putIndexTemplate({
      name: `${model}-t`,
      body: { index_patterns: [`${model}-*`], priority: 500, data_stream: {} },
    })
    expect(await harness.build('a')).toMatchObject({
      status: 'failed',
      error: { code: 'index_differs', templates: [`${model}-t`] },
    })
  })

  test('an alias of a template that is added between check and creation is found immediately', async () => {
    const search = interceptCalls(harness.search, async (call, proceed) => {
      if (call === 'indices.create') await kinds.composable({ aliases: { [`${model}-live`]: {} } })
      return proceed()
    })
    const task = await buildWith({ ...harness.context, search }, 'a')
    expect(task).toMatchObject({
      status: 'failed',
      error: { code: 'index_differs', differences: [`it has alias ${model}-live`] },
    })
    expect(await exists(`${model}-a`)).toBe(false)
  })

  test('a role without the right to read templates builds indices, and differences from the request are found', async () => {
    const forbid = (call: string, proceed: () => Promise<unknown>) =>
      /[tT]emplate/.test(call)
        ? Promise.reject(Object.assign(new Error('no permissions'), { meta: {}, statusCode: 403 }))
        : proceed()
    const context = { ...harness.context, search: interceptCalls(harness.search, forbid) }
    expect(await buildWith(context, 'a')).toMatchObject({ status: 'succeeded' })
    await kinds.composable({ aliases: { [`${model}-live`]: {} }, settings: { default_pipeline: 'renames' } })
    expect(await buildWith(context, 'b')).toMatchObject({
      status: 'failed',
      error: { code: 'index_differs', differences: [`it has alias ${model}-live`], templates: [] },
    })
    expect(await exists(`${model}-b`)).toBe(false)
  })

  test('an alias, a pipeline and a block, added to an index during the build, each prevent its verification', async () => {
    const index = `${model}-a`
    const settings = { 'index.default_pipeline': 'renames-titles', 'index.blocks.read': true }
    const search = interceptCalls(harness.search, async (call, proceed, args) => {
      const result = await proceed()
      // The last call before the index is checked; if reading were blocked earlier, the task would wait.
      if (call === 'indices.putSettings' && JSON.stringify(args).includes('refresh_interval')) {
        await harness.search.indices.putAlias({ index, name: `${model}-live` })
        await harness.search.indices.putSettings({ index, body: settings })
      }
      return result
    })
    const task = await buildWith({ ...harness.context, search }, 'a')
    const { differences } = { ...task.error } as { differences?: string[] }
    expect(task).toMatchObject({ status: 'failed', error: { code: 'index_differs' } })
    // Each of them is a difference, and one is enough to fail the task.
    expect(differences?.toSorted()).toEqual([
      `it has alias ${model}-live`,
      'setting blocks.read is true',
      'setting default_pipeline is renames-titles instead of _none',
    ])
    await harness.search.indices.deleteAlias({ index, name: `${model}-live` })
    await harness.search.indices.putSettings({
      index,
      body: { 'index.blocks.read': null, 'index.default_pipeline': null },
    })
    await harness.context.store.retry(task.id)
    expect(await runToEnd(harness.context, task.id)).toMatchObject({ status: 'succeeded' })
  })

  describe('and filtered indices', () => {
    const filter = (context: TaskContext) =>
      harness.run({ action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' }, context)
    const withoutClone = () => {
      const search = interceptCalls(harness.search, (call, proceed) =>
        call === 'indices.clone'
          ? Promise.reject(Object.assign(new Error('not here'), { meta: {}, statusCode: 400 }))
          : proceed(),
      )
      return { ...harness.context, search }
    }

    test('a clone gets no template settings, and from its source none that a new index may not have', async () => {
      await harness.build('a')
      await kinds.composable({ aliases: { [`${model}-live`]: {} }, settings: { hidden: true } })
      await harness.search.indices.putSettings({
        index: `${model}-a`,
        body: { index: { default_pipeline: '_none', 'query.default_field': 'title' } },
      })
      expect(await filter(harness.context)).toMatchObject({ status: 'succeeded' })
      expect(await harness.targets(`${model}-live`)).toEqual([])
    })

    test('of the settings added to a source after its build, its clone has only the harmless ones', async () => {
      const harmful = {
        'index.query.default_field': 'title',
        'index.translog.durability': 'async',
        'index.default_pipeline': 'renames',
        'index.final_pipeline': 'renames',
        'index.max_result_window': '5000',
        'index.write.wait_for_active_shards': '0',
      }
      const harmless = { 'index.priority': '7', 'index.search.slowlog.threshold.query.warn': '8s' }
      await harness.build('a')
      await harness.search.indices.putSettings({
        index: `${model}-a`,
        body: { ...harmful, ...harmless },
      })
      const task = await filter(harness.context)
      expect(task).toMatchObject({ status: 'succeeded', error: null })
      const { body } = await harness.search.indices.getSettings({ index: task.index, flat_settings: true })
      const settings: Record<string, unknown> = { ...body[task.index]?.settings }
      expect(settings).toMatchObject(harmless)
      for (const name of Object.keys(harmful))
        expect([undefined, null, '_none'], name).toContain(settings[name])
    })

    test('an alias in a template is refused before the copy is created, and the source accepts writes', async () => {
      await harness.build('a')
      await kinds.composable({ aliases: { [`${model}-live`]: {} } })
      expect(await filter(withoutClone())).toMatchObject({
        status: 'failed',
        error: { code: 'index_differs', templates: [`${model}-t`] },
      })
      expect(await exists(`${model}-a-filtered`)).toBe(false)
      await harness.search.index({ index: `${model}-a`, id: '1', body: { id: 1, mature: false } })
    })

    test('settings that change documents are switched off in a copy', async () => {
      await harness.build('a', 20)
      await kinds.composable({
        settings: { default_pipeline: 'renames', 'blocks.write': true },
        mappings: { dynamic: 'strict' },
      })
      expect(await filter(withoutClone())).toMatchObject({ status: 'succeeded', result: { deleted: 10 } })
    })
  })
})
