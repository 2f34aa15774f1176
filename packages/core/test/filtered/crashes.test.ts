import { afterAll, beforeAll, expect, test } from 'vitest'
import { LeaseLostError, type TaskContext } from '../../src/index.ts'
import { runToEnd } from '../support/harness.ts'
import {
  createFilteredHarness,
  describeIndex,
  idsOf,
  idsWithout,
  insertImages,
  type FilteredHarness,
} from './filtered-harness.ts'
import { interceptCalls } from './intercept-calls.ts'

const lines = ['red', 'blue sky', 'Green']

let harness: FilteredHarness
let expected: string[]
beforeAll(async () => {
  harness = await createFilteredHarness({ settings: { leaseMs: 150 } })
  const words = ['red', 'blue sky', 'blue car', 'green', 'sky', 'house']
  await insertImages(
    harness,
    Array.from({ length: 60 }, (_, position) => ({
      title: `picture ${position}`,
      tags: [words[position % words.length] ?? ''],
    })),
  )
  await harness.reindex()
  harness.terms.text = lines.join('\n')
  expected = await idsWithout(harness.search, harness.source, lines)
})
afterAll(() => harness.close())

/** A context whose OpenSearch fails once, at its call number `at`; `failed` says whether it came to that. */
function failAt(at: number, when: 'before' | 'after', failure: () => Error) {
  let calls = 0
  const run = { failed: null as string | null, context: harness.context }
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (calls++ !== at) return proceed()
    run.failed = call
    if (when === 'after') await proceed()
    throw failure()
  })
  run.context = { ...harness.context, search }
  return run
}

/** What holds between two tasks, whatever happened to the last one. */
async function expectSourceIsFree(call: string) {
  expect(await describeIndex(harness.search, harness.source), call).toMatchObject({
    isBlocked: false,
    aliases: [],
  })
}

async function expectExact(index: string, call: string) {
  expect(await idsOf(harness.search, index), call).toEqual(expected)
  expect(await describeIndex(harness.search, index), call).toMatchObject({ isBlocked: false, aliases: [] })
  await expectSourceIsFree(call)
}

/** Runs with a failure at the first call, at the second, and so on, until a run ends before it comes to its failure. */
async function atEveryCall(
  when: 'before' | 'after',
  failure: () => Error,
  run: (context: TaskContext, name: string, failedCall: () => string) => Promise<void>,
): Promise<string[]> {
  const calls: string[] = []
  for (let at = 0; ; at++) {
    const attempt = failAt(at, when, failure)
    await run(attempt.context, `${when}-${at}`, () => `${when} call ${at}, ${attempt.failed}`)
    if (attempt.failed === null) return calls
    calls.push(attempt.failed)
  }
}

// A worker that dies leaves its lease to lapse and tidies nothing: that is what this error does.
const death = () => new LeaseLostError('of a worker that died')

test.each(['before', 'after'] as const)(
  'a worker that dies %s any call to OpenSearch is followed by one that ends with the exact index',
  async (when) => {
    const calls = await atEveryCall(when, death, async (context, name, failedCall) => {
      const task = await runToEnd(context, (await harness.submit(name)).id)
      expect(task, failedCall()).toMatchObject({ status: 'succeeded', error: null })
      expect(task.catchUp.deleted, failedCall()).toBe(60 - expected.length)
      await expectExact(task.index, failedCall())
    })
    for (const call of ['indices.addBlock', 'indices.clone', 'deleteByQuery', 'indices.putSettings']) {
      expect(calls).toContain(call)
    }
  },
)

test('a task that fails at any call leaves no index and no block behind, and a retry succeeds', async () => {
  await atEveryCall(
    'after',
    () => new Error('broken'),
    async (context, name, failedCall) => {
      const task = await runToEnd(context, (await harness.submit(name)).id)
      if (failedCall().endsWith('null')) return
      expect(task, failedCall()).toMatchObject({ status: 'failed', error: { detail: 'broken' } })
      expect(task.error, failedCall()).not.toHaveProperty('clean_up_failed')
      expect(await describeIndex(harness.search, task.index), failedCall()).toBe(null)
      await expectSourceIsFree(failedCall())

      await context.store.retry(task.id)
      expect(await runToEnd(context, task.id), failedCall()).toMatchObject({
        status: 'succeeded',
        error: null,
      })
      await expectExact(task.index, failedCall())
    },
  )
})
