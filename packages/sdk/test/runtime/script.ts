import { expect } from 'vitest'
import type { ScriptedServer } from '../scripted-server.ts'
import {
  eventMessage,
  failedDocument,
  problem,
  progressMessage,
  scheduledTask,
  succeededTask,
  taskEvent,
  taskId,
  wireTask,
} from '../wire.ts'

/** Responses of the server while suite.mjs runs. */
export function playSuite(server: ScriptedServer): void {
  const [first, second] = cutInsideCharacter(eventMessage(taskEvent(3, 'waiting', { reason: 'näher' })))
  server.play('reset', { status: 202, json: scheduledTask() })
  // Not a lost connection: Bun drops what it has not read by then.
  server.play({ stream: [progressMessage(), first, second, first], then: 'end' })
  server.play({ json: wireTask({ progress: 50 }) })
  server.play({ stream: [progressMessage(succeededTask())], then: 'end' })
  server.play({ stream: [first, second, progressMessage()], then: 'silence' })
  server.play({ json: { failed_documents: [failedDocument('1')], next_page_token: '1' } })
  server.play({ json: { failed_documents: [failedDocument('2')], next_page_token: null } })
  server.play({ stream: [progressMessage()], then: 'silence' })
  server.play({ status: 409, json: problem(409, 'index_aliased', { request_id: 'r-1' }) })
}

/** The expected result, the same everywhere. */
export const suiteResult = {
  id: taskId,
  progress: [40, 50, 100],
  status: 'succeeded',
  events: [[3, { reason: 'näher' }]],
  failed: ['1', '2'],
  aborted: 'changed my mind',
  refused: [true, true, 'r-1'],
}

export function expectSuiteRequests({ requests }: ScriptedServer): void {
  expect(requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
  expect(requests[1]?.headers['idempotency-key']).toBe(requests[0]?.headers['idempotency-key'])
  expect(requests[4]?.headers).toMatchObject({
    'last-event-id': '3',
    authorization: 'Bearer secret-token',
    'ingestion-actor': 'Zo%C3%AB',
  })
}

/** In two packets, like on a network. */
function cutInsideCharacter(text: string): [Uint8Array, Uint8Array] {
  const bytes = new TextEncoder().encode(text)
  const place = bytes.findIndex((byte) => byte > 127) + 1
  return [bytes.subarray(0, place), bytes.subarray(place)]
}
