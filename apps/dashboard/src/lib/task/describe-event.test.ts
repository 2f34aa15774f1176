import type { TaskEvent } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { describeEvent } from './describe-event.ts'

const event = (type: TaskEvent['type'], data: TaskEvent['data']): TaskEvent => ({
  id: 1,
  type,
  at: '2026-01-01T00:00:00.000Z',
  phase: 'loading',
  attempt: 2,
  data,
})

test.each([
  [event('created', { requested_by: 'ana' }), 'Created, by ana'],
  [event('cancel_requested', { keep_index: true }), 'Cancellation requested'],
  [event('retried', { requested_by: 'bo' }), 'Retried, attempt 2, by bo'],
  [event('failed', { error: { detail: 'it did not work' } }), 'Failed: it did not work'],
  [event('failed', { requested_by: 7 }), 'Failed: for an unknown reason'],
])('%j reads as %s', (happened, sentence) => {
  expect(describeEvent(happened)).toBe(sentence)
})
