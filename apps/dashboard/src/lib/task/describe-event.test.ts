import type { TaskEvent } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { describeEvent, eventActor } from './describe-event.ts'

/** As the SDK reads it: with its names, also in `data`. */
const event = (
  type: TaskEvent['type'],
  data: TaskEvent['data'],
  phase: TaskEvent['phase'] = 'loading',
): TaskEvent => ({
  id: 1,
  type,
  at: '2026-01-01T00:00:00.000Z',
  phase,
  attempt: 2,
  data,
})

test.each([
  [event('created', { requestedBy: 'ana' }), 'Created', 'ana'],
  [event('cancel_requested', { keepIndex: true }), 'Cancellation requested', null],
  [event('retried', { requestedBy: 'bo' }), 'Retried, attempt 2', 'bo'],
  [event('failed', { error: { detail: 'it did not work' } }), 'Failed: it did not work', null],
  [
    event('limits_changed', { limits: { documentsPerSecond: 400, inFlight: null }, requestedBy: 'ana' }),
    'Limits changed: 400 documents/s',
    'ana',
  ],
  [
    event('limits_changed', { limits: { documentsPerSecond: null, inFlight: null } }),
    'Limits changed: none',
    null,
  ],
  [event('phase', {}, 'mending'), 'Repairing', null],
  [event('failed', { requestedBy: 7 }), 'Failed: for an unknown reason', null],
])('%j reads as %s, by %s', (happened, sentence, actor) => {
  expect(describeEvent(happened)).toBe(sentence)
  expect(eventActor(happened)).toBe(actor)
})
