import type { TaskItemSummary } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { joinParts, packStages, unpackStages } from './item-parts.ts'
import { clipToBars, clipWaits, toAttempts, toPhaseTimes, toWaterfall } from './waterfall.ts'

const day = 86_400_000
const spans = [
  { phase: 'planning', attempt: 1, from: 0, to: 10 },
  { phase: 'loading', attempt: 1, from: 10, to: day },
  { phase: 'loading', attempt: 2, from: 4 * day, to: 5 * day },
  { phase: 'verifying', attempt: 2, from: 5 * day, to: null },
] as const
const at = (ms: number) => new Date(ms).toISOString()
const part = (first: number, given: Partial<TaskItemSummary['stages'][number]['parts'][number]> = {}) => ({
  ...{ first, items: 2, done: 2, claimed: 0, repeated: 0, share: 1 },
  ...{ startedAt: at(20), finishedAt: at(30), range: { after: first, end: '9007199254740993' } },
  ...given,
})
const summary: TaskItemSummary = {
  stages: [
    {
      ...{ stage: 1, phase: 'loading', items: 6, done: 4, claimed: 1, repeated: 3 },
      ...{ startedAt: at(20), finishedAt: at(4 * day + 7) },
      parts: [
        part(0),
        part(2, { finishedAt: at(4 * day + 7), repeated: 3 }),
        part(4, { done: 0, claimed: 1, share: 0.25, finishedAt: null, startedAt: at(4 * day) }),
      ],
    },
    {
      ...{ stage: 2, phase: 'verifying', items: 2, done: 0, claimed: 0, repeated: 0 },
      ...{ startedAt: null, finishedAt: null },
      parts: [part(0, { done: 0, share: 0, startedAt: null, finishedAt: null, range: null })],
    },
  ],
}

test('phases of several attempts are one row, without the days between them', () => {
  const rows = toWaterfall(spans, unpackStages(packStages(summary), { isActive: true }), 6 * day)
  expect(rows.map(({ phase, ms, bars, stages }) => [phase, ms, bars.length, stages.length])).toEqual([
    ['planning', 10, 1, 0],
    ['loading', 2 * day - 10, 2, 1],
    ['verifying', day, 1, 1],
  ])
  expect(toAttempts(spans)).toEqual([
    { attempt: 1, from: 0, to: day },
    { attempt: 2, from: 4 * day, to: null },
  ])
  expect([...toPhaseTimes(spans, 6 * day).values()]).toEqual(rows.map(({ ms }) => ms))
})

test('items are sent and joined without losing one, and their bars leave out the pause before a retry', () => {
  const [stage, other] = unpackStages(packStages(summary), { isActive: true })
  expect(stage).toMatchObject({ items: 6, done: 4, claimed: 1, repeated: 3, startedAt: 20 })
  expect(stage?.parts[1]).toMatchObject({ first: 2, range: [2, '9007199254740993'], share: 1 })
  expect(other?.parts).toMatchObject([{ range: null, startedAt: null }])
  // A cancelled task: its leases have not expired yet.
  expect(unpackStages(packStages(summary), { isActive: false })[0]).toMatchObject({ claimed: 0, done: 4 })
  const joined = joinParts(stage?.parts ?? [], 2)
  expect(joined).toMatchObject([
    { first: 0, items: 4, done: 4, repeated: 3, share: 1, startedAt: 20, finishedAt: 4 * day + 7 },
    { first: 4, items: 2, done: 0, claimed: 1, share: 0.25, finishedAt: null },
  ])
  const bars = toWaterfall(spans, [], 6 * day)[1]?.bars ?? []
  expect(joined.map((each) => clipToBars(each, bars, 6 * day).map(({ from, to }) => [from, to]))).toEqual([
    [
      [20, day],
      [4 * day, 4 * day + 7],
    ],
    [[4 * day, 5 * day]],
  ])
})

test('a wait is drawn within the bar of its phase', () => {
  const waits = [
    { from: 5, to: 15 },
    { from: 90, to: null },
  ]
  expect(clipWaits(waits, { from: 0, to: 10 }, 100)).toEqual([{ from: 5, to: 10 }])
  expect(clipWaits(waits, { from: 10, to: null }, 100)).toEqual([
    { from: 10, to: 15 },
    { from: 90, to: 100 },
  ])
  expect(clipWaits(waits, { from: 20, to: 30 }, 100)).toEqual([])
})
