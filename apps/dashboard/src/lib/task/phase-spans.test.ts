import type { Phase, TaskEvent } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { toPhaseSpans, toWaitSpans } from './phase-spans.ts'

const event = (id: number, type: TaskEvent['type'], phase: Phase, attempt = 1): TaskEvent => ({
  id,
  type,
  phase,
  attempt,
  at: new Date(id * 1000).toISOString(),
  data: {},
})

test('phases follow each other, and the last one lasts', () => {
  const events = [
    event(0, 'created', 'planning'),
    event(2, 'started', 'planning'),
    event(3, 'phase', 'loading'),
    event(9, 'waiting', 'loading'),
    event(10, 'phase', 'verifying'),
  ]
  expect(toPhaseSpans(events, { active: true })).toEqual([
    { phase: 'planning', attempt: 1, from: 2_000, to: 3_000 },
    { phase: 'loading', attempt: 1, from: 3_000, to: 10_000 },
    { phase: 'verifying', attempt: 1, from: 10_000, to: null },
  ])
})

test('a task waits for a service until it continues or ends, also when the reason changes meanwhile', () => {
  const waits = toWaitSpans([
    event(1, 'started', 'loading'),
    event(5, 'waiting', 'loading'),
    event(7, 'waiting', 'loading'),
    event(8, 'limits_changed', 'loading'),
    event(9, 'resumed', 'loading'),
    event(20, 'waiting', 'loading'),
    event(30, 'failed', 'loading'),
    event(40, 'retried', 'loading', 2),
    event(50, 'waiting', 'loading', 2),
  ])
  expect(waits).toEqual([
    { from: 5_000, to: 9_000 },
    { from: 20_000, to: 30_000 },
    { from: 50_000, to: null },
  ])
})

test('a retry continues after a pause that belongs to no phase', () => {
  const events = [
    event(1, 'started', 'loading'),
    event(5, 'failed', 'loading'),
    event(60, 'retried', 'loading', 2),
    event(61, 'started', 'loading', 2),
    event(70, 'succeeded', 'done', 2),
  ]
  expect(toPhaseSpans(events, { active: false }).map(({ attempt, from, to }) => [attempt, from, to])).toEqual(
    [
      [1, 1_000, 5_000],
      [2, 61_000, 70_000],
    ],
  )
})

test('a task that never started has no phase', () => {
  const events = [event(1, 'created', 'planning'), event(2, 'cancelled', 'planning')]
  expect(toPhaseSpans(events, { active: false })).toEqual([])
})
