import type { TaskEvent } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { describeEvent } from './describe-event.ts'

/** As the SDK reads it: with its names, also in `data`. */
const event = (type: TaskEvent['type'], data: TaskEvent['data']): TaskEvent => ({
  id: 1,
  type,
  at: '2026-01-01T00:00:00.000Z',
  phase: 'loading',
  attempt: 2,
  data,
})

test.each([
  [event('created', { requestedBy: 'ana' }), 'Created, by ana'],
  [event('cancel_requested', { keepIndex: true }), 'Cancellation requested'],
  [event('retried', { requestedBy: 'bo' }), 'Retried, attempt 2, by bo'],
  [event('failed', { error: { detail: 'it did not work' } }), 'Failed: it did not work'],
  [
    event('limits_changed', { limits: { documentsPerSecond: 400, inFlight: null }, requestedBy: 'ana' }),
    'Limits changed: 400 documents/s, by ana',
  ],
  [event('limits_changed', { limits: { documentsPerSecond: null, inFlight: null } }), 'Limits changed: none'],
  [event('failed', { requestedBy: 7 }), 'Failed: for an unknown reason'],
])('%j reads as %s', (happened, sentence) => {
  expect(describeEvent(happened)).toBe(sentence)
})
