import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import {
  reindex,
  SearchUnavailableError,
  type Action,
  type SearchClient,
  type TaskRecord,
} from '../../src/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { loadImages } from '../support/sample-data.ts'

let harness: Harness
let index: string
beforeEach(async () => {
  harness = await createHarness({ postgresUrl: postgresUrl(), openSearchUrl: inject('openSearchUrl') })
  index = `image-${harness.suffix}`
  await loadImages(harness, 300)
  await harness.sql`update image set removed_from_source = false`
})
afterEach(() => harness.close())

/** Deletes a document after the catch-up, so that a repair is needed, and calls a function during the repair. */
async function duringRepair(work: () => Promise<unknown>, search?: SearchClient): Promise<TaskRecord> {
  const { mending } = reindex.phases
  const action: Action = afterPhase('catching_up', () => harness.search.delete({ index, id: '17' }))
  if (search) harness.context.search = search
  return runReindex(harness, {
    ...action,
    phases: {
      ...action.phases,
      mending: {
        ...mending!,
        work: async (context) => {
          const result = await mending!.work!(context)
          await work()
          return result
        },
      },
    },
  })
}

/** Only once, though the resulting repair calls it again. */
function once(work: () => Promise<unknown>) {
  let wasDone = false
  return async () => {
    if (!wasDone) await work()
    wasDone = true
  }
}

const foreignWrites: [string, () => Promise<unknown>][] = [
  [
    'a document without a row',
    () => harness.search.index({ index, id: '99999999', body: { id: 99_999_999 } }),
  ],
  ['a deleted document', () => harness.search.delete({ index, id: '23' })],
  [
    'an overwritten document',
    () => harness.search.update({ index, id: '23', body: { doc: { mature: true } } }),
  ],
  [
    'as many added documents as deleted ones',
    async () => {
      await harness.search.delete({ index, id: '23' })
      await harness.search.index({ index, id: '23-again', body: { id: 23, mature: false } })
    },
  ],
]

test.each(foreignWrites)('documents that others write during a repair are found: %s', async (_, write) => {
  const task = await duringRepair(once(write))
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('an index that others write to during each repair is not recorded as verified', async () => {
  let id = 99_999_999
  const task = await duringRepair(() =>
    harness.search.index({ index, id: String(++id), body: { id: 99_999_999 } }),
  )
  expect(task).toMatchObject({ status: 'failed', error: { code: 'verification_failed', index } })
  expect(task.error?.detail).toContain('what else writes to it')
  expect(await harness.context.store.getIndex(String(task.state['indexUuid']))).toBe(null)
})

test('after a repair without other writes, only the repaired documents are compared again', async () => {
  const task = await duringRepair(() => Promise.resolve())
  expect(task).toMatchObject({ status: 'succeeded', error: null, state: { round: 2, repeats: 0 } })
  await expectIndexToEqualDatabase(harness, 'image', index)
})

test('a lost response of a repair causes a full comparison, and nothing fails', async () => {
  let lost = 0
  const search = interceptCalls(harness.search, async (call, proceed) => {
    const response = await proceed()
    const [{ phase } = { phase: null }] = await harness.sql<
      { phase: string }[]
    >`select phase from ingestion.task`
    if (call !== 'bulk' || phase !== 'mending' || lost++ > 0) return response
    throw new SearchUnavailableError('the connection was reset')
  })
  const task = await duringRepair(() => Promise.resolve(), search)
  expect(lost).toBeGreaterThan(1)
  expect(task).toMatchObject({ status: 'succeeded', error: null, state: { round: 1, repeats: 1 } })
  await expectIndexToEqualDatabase(harness, 'image', index)
})
