import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskContext } from '../../src/index.ts'
import {
  createFilteredHarness,
  describeIndex,
  idsOf,
  insertImages,
  type FilteredHarness,
} from './filtered-harness.ts'

const documents = 400

let harness: FilteredHarness
beforeAll(async () => {
  harness = await createFilteredHarness({ settings: { shards: 1 } })
  await insertImages(
    harness,
    Array.from({ length: documents }, (_, position) => ({
      title: `picture word${position}`,
      description: `the first${position} second${position} of many`,
      tags: [`tag-${position}`],
    })),
  )
  await harness.reindex()
})
afterAll(() => harness.close())

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, position) => from + position)

test('thousands of words and phrases, more than one query can hold, are removed', async () => {
  // Of each kind, the terms of the first hundred documents of its own range, and many without a document.
  const lines = [
    ...numbers(2_000, 300).map((number) => `Word${number}`),
    ...numbers(900, 200).map((number) =>
      number < 300 ? `first${number} second${number}` : `no${number} such`,
    ),
    ...numbers(100, 100).map((number) => `TAG ${number}`),
    ...numbers(100, 0).map((number) => `second${number} first${number}`),
  ]
  harness.terms.text = lines.join('\n')
  const task = await harness.filter('thousands')
  expect(task).toMatchObject({ status: 'succeeded', error: null, result: { deleted: 300 } })
  // Words in another order are not the phrase: the first hundred stay. Ids are from 1 on.
  expect(await idsOf(harness.search, task.index)).toEqual(numbers(100, 1).map(String).sort())
})

const unreadable: TaskContext['readSensitiveTerms'] = () => Promise.reject(new Error('no such host'))

test.each([
  ['that is not configured', undefined, { code: 'terms_missing' }],
  ['that can not be read', unreadable, { code: 'terms_unavailable' }],
  ['without a term', async () => '\n# nothing\n  \n', { code: 'terms_empty' }],
  ['with a line that has no word', async () => 'red\n\n ?! \n', { code: 'term_invalid', line: 3 }],
  [
    'with a line that is not a term',
    async () => `red\n${'x'.repeat(2_000)}`,
    { code: 'term_invalid', line: 2 },
  ],
] as const)(
  'a list %s fails the task with a clear error, and no index remains',
  async (name, read, error) => {
    const { context, search, source } = harness
    const task = await harness.filter(name.replaceAll(' ', '-'), { ...context, readSensitiveTerms: read })
    expect(task).toMatchObject({ status: 'failed', error, result: null })
    expect(await describeIndex(search, task.index)).toBe(null)
    expect(await describeIndex(search, source)).toMatchObject({ isBlocked: false, aliases: [] })
  },
)

test('a source that is being written, is missing or was not verified is refused immediately', async () => {
  const { context, search, suffix } = harness
  await search.indices.create({ index: `image-${suffix}-bare` })
  await expect(harness.submit('x', '-bare')).rejects.toMatchObject({ code: 'index_unverified' })
  await expect(harness.submit('x', '-none')).rejects.toMatchObject({ code: 'index_not_found' })
  const first = await harness.submit('first')
  await expect(harness.submit('second')).rejects.toMatchObject({
    code: 'index_busy',
    details: { index: harness.source, task_id: first.id },
  })
  await context.store.cancel(first.id)
})
