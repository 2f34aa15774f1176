import {
  failedDocumentSummarySchema,
  taskItemPageSchema,
  taskItemSummarySchema,
  taskRatesSchema,
} from '@ingestion-server/core'
import { describe, expect, test } from 'vitest'
import { createAppHarness } from '../../../test/support/app-harness.ts'

/** A task in the middle of its load, with three items of which one is done. */
async function startLoad() {
  const harness = createAppHarness()
  const { store, post, notified } = harness
  await post({ model: 'image', action: 'REINDEX' })
  const id = notified[0] ?? ''
  const planning = await store.claim(id, 'planner', 60_000)
  if (planning.kind !== 'advance') throw new Error('expected to plan')
  const ranges = [
    { after: null, end: 100 },
    { after: 100, end: 200 },
    { after: 200, end: 300 },
  ]
  const items = ranges.map((payload) => ({ payload }))
  await store.advance(planning.lease, { kind: 'phase', phase: 'loading', items, planned: 300 })
  const claim = await store.claim(id, 'worker-1', 60_000)
  if (claim.kind !== 'item') throw new Error('expected an item')
  const counts = { read: 60, indexed: 60, dropped: { deleted: 0, removed_from_source: 0 }, failed: 0 }
  await store.saveProgress(claim.lease, { checkpoint: { after: 100 }, counts })
  await store.completeItem(claim.lease, null)
  await store.claim(id, 'worker-2', 60_000)
  return { ...harness, path: `/task/${id}` }
}

describe('GET /task/{id}/items', () => {
  test('shows the items, their workers and their progress, in pages', async () => {
    const { send, path } = await startLoad()
    const seen: unknown[] = []
    let query = '?page_size=2'
    for (;;) {
      const response = await send(`${path}/items${query}`)
      expect(response.status).toBe(200)
      const page = taskItemPageSchema.strict().parse(await response.json())
      seen.push(...page.items.map(({ ordinal, state, worker }) => [ordinal, state, worker]))
      if (page.next_page_token === null) break
      query = `?page_size=2&page_token=${encodeURIComponent(page.next_page_token)}`
    }
    expect(seen).toEqual([
      [0, 'done', 'worker-1'],
      [1, 'claimed', 'worker-2'],
      [2, 'open', null],
    ])
  })

  test.each(['page_token=x', 'page_token='])('refuses ?%s', async (query) => {
    const { send, path } = await startLoad()
    const response = await send(`${path}/items?${query}`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'page_token' })
  })

  test('refuses an invalid page size', async () => {
    const { send, path } = await startLoad()
    const response = await send(`${path}/items?page_size=0`)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/query/page_size' }] })
  })
})

test('GET /task/{id}/items/summary shows the items of each phase in parts', async () => {
  const { send, path } = await startLoad()
  const response = await send(`${path}/items/summary`)
  const { stages } = taskItemSummarySchema.strict().parse(await response.json())
  expect(stages).toMatchObject([{ phase: 'loading', items: 3, done: 1, claimed: 1, repeated: 0 }])
  expect(stages[0]?.parts.map(({ share, range }) => [share, range?.end])).toEqual([
    [1, 100],
    [0, 200],
    [0, 300],
  ])
})

test('GET /task/{id}/failed_documents/summary groups the refused rows', async () => {
  const { send, path } = await startLoad()
  const response = await send(`${path}/failed_documents/summary`)
  expect(failedDocumentSummarySchema.strict().parse(await response.json())).toEqual({
    ...{ documents: 0, unresolved: 0, reason_count: 0, reasons: [] },
  })
})

test('GET /task/{id}/rates shows the rate over time', async () => {
  const { send, path } = await startLoad()
  const response = await send(`${path}/rates`)
  const { rates } = taskRatesSchema.strict().parse(await response.json())
  expect(rates.reduce((sum, { documents }) => sum + documents, 0)).toBe(60)
})
