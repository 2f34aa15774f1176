import fc from 'fast-check'
import { expect, test } from 'vitest'
import { summarizeItems } from './item-summary.ts'
import type { TaskItem } from './task-history.ts'

const item = (ordinal: number, given: Partial<TaskItem> = {}): TaskItem => ({
  stage: 1,
  phase: 'loading',
  ordinal,
  state: 'open',
  attempt: 0,
  worker: null,
  leaseUntil: null,
  startedAt: null,
  doneAt: null,
  range: { after: ordinal * 100, end: ordinal * 100 + 100 },
  doneUpTo: null,
  ...given,
})
const at = (second: number) => new Date(second * 1_000).toISOString()

test('a part says what its items are, from the first claim to the last end, and how far they are', () => {
  const done = { state: 'done', attempt: 1, doneUpTo: 100 } as const
  const items = [
    item(0, { ...done, startedAt: at(10), doneAt: at(20), range: { after: null, end: 100 } }),
    item(1, { ...done, startedAt: at(2), doneAt: at(9), attempt: 3 }),
    item(2, { state: 'claimed', attempt: 1, startedAt: at(21), doneUpTo: 250 }),
    item(3),
    item(0, { stage: 2, phase: 'verifying', range: null }),
  ]
  expect(summarizeItems(items, 2).stages).toEqual([
    {
      ...{ stage: 1, phase: 'loading', items: 4, done: 2, claimed: 1, repeated: 2 },
      ...{ started_at: at(2), finished_at: at(20) },
      parts: [
        {
          ...{ first: 0, items: 2, done: 2, claimed: 0, repeated: 2, share: 1 },
          ...{ started_at: at(2), finished_at: at(20), range: { after: null, end: 200 } },
        },
        {
          ...{ first: 2, items: 2, done: 0, claimed: 1, repeated: 0, share: 0.25 },
          ...{ started_at: at(21), finished_at: null, range: { after: 200, end: 400 } },
        },
      ],
    },
    {
      ...{ stage: 2, phase: 'verifying', items: 1, done: 0, claimed: 0, repeated: 0 },
      ...{ started_at: null, finished_at: null },
      parts: [
        {
          ...{ first: 0, items: 1, done: 0, claimed: 0, repeated: 0, share: 0 },
          ...{ started_at: null, finished_at: null, range: null },
        },
      ],
    },
  ])
})

test('any number of items has few parts, which hold each item once, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 120 }), (count, maxParts) => {
      const [stage] = summarizeItems(
        Array.from({ length: count }, (_, ordinal) => item(ordinal)),
        maxParts,
      ).stages
      const parts = stage?.parts ?? []
      expect(parts.length).toBeLessThanOrEqual(maxParts)
      expect(parts.reduce((sum, part) => sum + part.items, 0)).toBe(count)
      expect(parts.map(({ first }) => first)).toEqual(parts.map((_, at) => at * (parts[0]?.items ?? 0)))
    }),
  )
})
