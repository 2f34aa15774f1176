import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskContext, TaskRecord } from '../../src/index.ts'
import { runToEnd } from '../support/harness.ts'
import {
  createFilteredHarness,
  describeIndex,
  idsOf,
  idsWithout,
  insertImages,
  type FilteredHarness,
} from './filtered-harness.ts'
import { death, failAtCall } from '../support/failing-calls.ts'
import { lightModels } from '../support/light-models.ts'

const lines = ['red', 'blue sky', 'Green']
const documents = 24
/** Endings of the sources' suffixes: a task reserves its source, so concurrent tasks need one each. */
const origins = ['', '-1', '-2', '-3']

let harness: FilteredHarness
let expected: string[]
beforeAll(async () => {
  harness = await createFilteredHarness({ models: lightModels, settings: { leaseMs: 60_000, shards: 1 } })
  const words = ['red', 'blue sky', 'blue car', 'green', 'sky', 'house']
  await insertImages(
    harness,
    Array.from({ length: documents }, (_, position) => ({
      title: `picture ${position}`,
      tags: [words[position % words.length] ?? ''],
    })),
  )
  for (const origin of origins) await harness.reindex({ index_suffix: `${harness.suffix}${origin}` })
  harness.terms.text = lines.join('\n')
  expected = await idsWithout(harness.search, harness.source, lines)
})
afterAll(() => harness.close())

interface Attempt {
  /** A run in which OpenSearch fails once, at one of the calls. */
  context: TaskContext
  /** The failed call; null: the run ended before it. */
  failed(): string | null
  task: TaskRecord
  source: string
  /** For messages. */
  name(): string
}

/**
 * Runs a task with a failure at its first call that changes something, another run with one at its second, and so on,
 * until a run ends before its failure; as many at once as there are sources.
 *
 * @param when before the call is sent, or after its response
 * @returns the calls that failed
 */
async function atEveryCall(
  label: string,
  when: 'before' | 'after',
  failure: (task: TaskRecord) => Promise<Error>,
  run: (attempt: Attempt) => Promise<void>,
): Promise<string[]> {
  const calls: string[] = []
  let next = 0
  let ended = false
  const lane = async (origin: string) => {
    while (!ended) {
      const at = next++
      const task = await harness.submit(`${label}-${when}-${at}`, origin)
      const search = failAtCall(harness.search, at, when, () => failure(task))
      const attempt: Attempt = {
        context: { ...harness.context, search: search.client },
        failed: search.failed,
        task,
        source: `${harness.source}${origin}`,
        name: () => `${when} call ${at}, ${search.failed()}`,
      }
      await run(attempt)
      const failed = search.failed()
      if (failed === null) ended = true
      else calls.push(failed)
    }
  }
  await Promise.all(origins.map(lane))
  return calls
}

/** Holds between two tasks, whatever happened to the last one. */
async function expectSourceIsFree({ source, name }: Attempt) {
  expect(await describeIndex(harness.search, source), name()).toMatchObject({ isBlocked: false, aliases: [] })
}

async function expectExact(attempt: Attempt) {
  const { task, name } = attempt
  expect(await idsOf(harness.search, task.index), name()).toEqual(expected)
  expect(await describeIndex(harness.search, task.index), name()).toMatchObject({
    isBlocked: false,
    aliases: [],
  })
  await expectSourceIsFree(attempt)
}

test.each(['before', 'after'] as const)(
  'after a worker dies %s any call that changes OpenSearch, the next one completes the exact index',
  async (when) => {
    const calls = await atEveryCall(
      'death',
      when,
      (task) => death(harness, task.id),
      async (attempt) => {
        const task = await runToEnd(attempt.context, attempt.task.id)
        expect(task, attempt.name()).toMatchObject({ status: 'succeeded', error: null })
        expect(task.counts, attempt.name()).toMatchObject({
          read: documents,
          indexed: expected.length,
          dropped: { sensitive: documents - expected.length },
        })
        await expectExact(attempt)
      },
    )
    expect(calls).toEqual(expect.arrayContaining(['indices.addBlock', 'indices.clone', 'deleteByQuery']))
  },
)

test('a task that fails at any such call leaves no index and no block, and a retry succeeds', async () => {
  const broken = async () => new Error('broken')
  await atEveryCall('failure', 'after', broken, async (attempt) => {
    const { context, name } = attempt
    const task = await runToEnd(context, attempt.task.id)
    if (attempt.failed() === null) return
    expect(task, name()).toMatchObject({ status: 'failed', error: { code: 'internal_error' } })
    expect(task.error, name()).not.toHaveProperty('clean_up_failed')
    expect(await describeIndex(harness.search, task.index), name()).toBe(null)
    await expectSourceIsFree(attempt)

    await context.store.retry(task.id)
    expect(await runToEnd(context, task.id), name()).toMatchObject({ status: 'succeeded', error: null })
    await expectExact(attempt)
  })
})
