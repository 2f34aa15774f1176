import { expect, test } from 'vitest'
import { describeCause, wasNeverSent } from './connection-failure.ts'

function coded(message: string, code: string, cause?: unknown) {
  return Object.assign(new TypeError(message, { cause }), { code })
}
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause })

// Errors of the runtimes, from Node 24.21, Bun 1.4.5 and Deno 2.9.6.
const refused: [string, unknown][] = [
  ['Node', fetchFailed(coded('connect ECONNREFUSED 127.0.0.1:59321', 'ECONNREFUSED'))],
  ['Node, no such host', fetchFailed(coded('getaddrinfo ENOTFOUND nohost.invalid', 'ENOTFOUND'))],
  [
    'Node, several addresses',
    fetchFailed(Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' })),
  ],
  ['Bun', coded('ECONNREFUSED: Unable to connect. Is the computer able to access the url?', 'ECONNREFUSED')],
  [
    'Deno',
    fetchFailed(
      new Error(
        'error sending request for url (http://127.0.0.1:59321/): client error (Connect): tcp connect error: Connection refused (os error 111)',
      ),
    ),
  ],
]
const lost: [string, unknown][] = [
  ['Node, reset', fetchFailed(coded('read ECONNRESET', 'ECONNRESET'))],
  ['Node, closed', fetchFailed(coded('other side closed', 'UND_ERR_SOCKET'))],
  ['Bun', coded('ECONNRESET: The socket connection was closed unexpectedly.', 'ECONNRESET')],
  [
    'Deno',
    fetchFailed(
      new Error(
        'error sending request for http://127.0.0.1/: client error (SendRequest): connection closed before message completed',
      ),
    ),
  ],
  ['Chromium', new TypeError('Failed to fetch')],
  ['no error', 'a string'],
  ['nothing', undefined],
]

test.for(refused)('%s: a refused connection was never sent', ([, error]) => {
  expect(wasNeverSent(error)).toBe(true)
})

test.for(lost)('%s: a lost connection may have been sent', ([, error]) => {
  expect(wasNeverSent(error)).toBe(false)
})

test('the description contains the cause, and its code if the message omits it', () => {
  expect(describeCause(fetchFailed(coded('other side closed', 'UND_ERR_SOCKET')))).toBe(
    'other side closed (UND_ERR_SOCKET)',
  )
  expect(describeCause(refused[0]?.[1])).toBe('connect ECONNREFUSED 127.0.0.1:59321')
  expect(describeCause(refused[2]?.[1])).toBe('fetch failed (ECONNREFUSED)')
  expect(describeCause(new TypeError('Failed to fetch'))).toBe('Failed to fetch')
  expect(describeCause('odd')).toBe('odd')
})
