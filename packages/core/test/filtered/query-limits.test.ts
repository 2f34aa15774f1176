import { errors } from '@opensearch-project/opensearch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskContext } from '../../src/index.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { createFilteredHarness, idsOf, insertImages, type FilteredHarness } from './filtered-harness.ts'

const documents = 60

let harness: FilteredHarness
beforeAll(async () => {
  harness = await createFilteredHarness({ settings: { shards: 1 } })
  const works = Array.from({ length: documents }, (_, n) => ({
    title: `picture word${n} first${n} second${n}`,
  }))
  await insertImages(harness, works)
  await harness.reindex()
})
afterAll(() => harness.close())

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, position) => from + position)

interface Refusal {
  error: unknown
  status: number
}

/** A cluster that refuses some queries, in searches and in deletes. */
function refusing(refuse: (query: { should: object[] }, json: string) => Refusal | null): TaskContext {
  const search = interceptCalls(harness.search, async (call, proceed, [request]) => {
    const { body } = (request ?? {}) as { body?: { query?: { bool?: { should?: object[] } } } }
    const should = body?.query?.bool?.should
    const refusal = should && refuse({ should }, JSON.stringify(body))
    if (refusal && ['search', 'count', 'deleteByQuery'].includes(call)) {
      const meta = { headers: {}, warnings: null, meta: {} as never }
      throw new errors.ResponseError({ statusCode: refusal.status, body: { ...refusal }, ...meta })
    }
    return proceed()
  })
  return { ...harness.context, search }
}

const tooManyClauses = (reason: string): Refusal => ({
  error: {
    root_cause: [{ type: 'too_many_nested_clauses', reason }],
    type: 'search_phase_execution_exception',
    reason: 'all shards failed',
    failed_shards: [{ reason: { type: 'too_many_nested_clauses', reason } }],
  },
  status: 500,
})

test('an index with a low index.max_terms_count is filtered with shorter queries', async () => {
  const { id, index } = await harness.submit('few-terms')
  const setLimit = (limit: number | null) =>
    harness.search.indices.putSettings({ index, body: { 'index.max_terms_count': limit } })
  let deletes = 0
  const search = interceptCalls(harness.search, async (call, proceed, args) => {
    if (call === 'deleteByQuery') deletes++
    // A new index may not keep the limit: it is removed before the last check of the index.
    if (call === 'indices.putSettings' && JSON.stringify(args).includes('refresh_interval'))
      await setLimit(null)
    const response = await proceed()
    if (call === 'indices.putMapping') await setLimit(7)
    return response
  })
  harness.terms.text = numbers(30)
    .map((n) => `word${n}`)
    .join('\n')
  const task = await runToEnd({ ...harness.context, search }, id)
  expect(task).toMatchObject({ status: 'succeeded', error: null, result: { deleted: 30 } })
  expect(await idsOf(harness.search, task.index)).toEqual(numbers(30, 31).map(String).sort())
  expect(deletes).toBeGreaterThan(1)
})

test('a cluster with a low limit of clauses is filtered with shorter queries', async () => {
  const context = refusing(({ should }) =>
    should.length > 20 ? tooManyClauses('maxClauseCount is set to 20') : null,
  )
  harness.terms.text = numbers(40)
    .map((n) => `first${n} second${n}`)
    .join('\n')
  expect(await harness.filter('few-clauses', context)).toMatchObject({
    status: 'succeeded',
    error: null,
    result: { deleted: 40 },
  })
})

test('long terms are searched for in queries that fit the request size of a proxy', async () => {
  let longest = 0
  const context = refusing((_, json) => {
    longest = Math.max(longest, json.length)
    return json.length > 1_000_000 ? { error: 'Request Entity Too Large', status: 413 } : null
  })
  const long = numbers(2_000).map((n) => `w${n}${'x'.repeat(300)}`)
  harness.terms.text = ['word1', ...long, 'first2 second2'].join('\n')
  expect(await harness.filter('long-terms', context)).toMatchObject({
    status: 'succeeded',
    error: null,
    result: { deleted: 2 },
  })
  expect(longest).toBeLessThan(600_000)
})

test('a term whose own query is refused fails the task with the term and the reason', async () => {
  const context = refusing((_, json) => (json.includes('word3') ? tooManyClauses('not even one') : null))
  harness.terms.text = 'word1\nword2\nword3'
  const task = await harness.filter('refused', context)
  expect(task).toMatchObject({ status: 'failed', error: { code: 'filtering_failed' } })
  expect(task.error?.detail).toMatch(/"word3" can't be searched for: .*not even one/)
})
