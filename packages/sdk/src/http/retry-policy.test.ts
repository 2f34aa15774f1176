import fc from 'fast-check'
import { expect, test } from 'vitest'
import { problem } from '../../test/wire.ts'
import { toApiError } from '../errors/index.ts'
import { retryDelayMs } from './retry-policy.ts'

function unavailable(retryAfterMs?: number) {
  return toApiError({
    message: 'away',
    status: 503,
    problem: problem(503, 'search_unavailable'),
    requestId: undefined,
    retryAfterMs,
  })
}

test('delays double from half a second to five seconds', () => {
  const delays = [0, 1, 2, 3, 4, 50].map((failures) => retryDelayMs(unavailable(), failures, () => 1))
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000])
})

test('a delay is between half and all of the backoff, and never shorter than Retry-After', () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.nat(120_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, asked, random) => {
        const backoff = Math.min(5_000, 500 * 2 ** failures)
        const delay = retryDelayMs(unavailable(asked), failures, () => random)
        expect(delay).toBeGreaterThanOrEqual(Math.max(asked, backoff / 2))
        expect(delay).toBeLessThanOrEqual(Math.max(asked, backoff))
      },
    ),
  )
})
