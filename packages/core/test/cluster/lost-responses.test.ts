import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { TaskContext } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { interceptCalls, type Interception } from '../support/intercept-calls.ts'

describe.each([
  ['OpenSearch 3', 'openSearchUrl'],
  ['OpenSearch 2', 'openSearch2Url'],
] as const)('with %s', (_, urlName) => {
  let harness: PromoteHarness
  beforeAll(async () => {
    harness = await createPromoteHarness({ openSearchUrl: inject(urlName) })
    await harness.build('source')
  })
  afterAll(() => harness.close())

  const withCalls = (intercept: Interception): TaskContext => ({
    ...harness.context,
    search: interceptCalls(harness.search, intercept),
  })
  const build = (context: TaskContext) => harness.run({ action: 'REINDEX', index_suffix: 'a' }, context)

  test('a task accepts its own index when the response to the create request was lost and the request was retried', async () => {
    let creates = 0
    const context = withCalls(async (call, proceed) => {
      if (call !== 'indices.create') return proceed()
      creates++
      await proceed()
      return proceed()
    })
    const task = await build(context)
    expect(task).toMatchObject({ status: 'succeeded', error: null })
    expect(creates).toBe(1)
    await harness.search.indices.delete({ index: task.index })
  })

  test('a copy without clone accepts its own target when the response to the create request was lost', async () => {
    const context = withCalls(async (call, proceed) => {
      if (call === 'indices.clone') {
        throw Object.assign(new Error('not here'), { meta: {}, statusCode: 400 })
      }
      if (call === 'indices.create') await proceed()
      return proceed()
    })
    const request = {
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX' as const,
      destination_index_suffix: 'source',
    }
    expect(await harness.run(request, context)).toMatchObject({ status: 'succeeded', error: null })
  })

  test.each([
    ['without an alias', {}],
    ['of another task', { aliases: { 'ingest-00000000-0000-4000-8000-000000000000-1': {} } }],
  ])(
    'an index %s that is created at the same moment fails the task with index_exists and is left unchanged',
    async (_name, body) => {
      const index = `${harness.model}-a`
      const context = withCalls(async (call, proceed) => {
        if (call === 'indices.create') await harness.search.indices.create({ index, body })
        return proceed()
      })
      expect(await build(context)).toMatchObject({ status: 'failed', error: { code: 'index_exists' } })
      expect((await harness.search.indices.exists({ index })).body).toBe(true)
      await harness.search.indices.delete({ index })
    },
  )
})
