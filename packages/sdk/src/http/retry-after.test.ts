import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const now = Date.parse('2026-11-24T12:00:00Z')

describe('Retry-After', () => {
  test.for([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 11:59:00 GMT', 0],
  ] as const)('%j is %d ms', ([header, ms]) => {
    expect(parseRetryAfter(header, now)).toBe(ms)
  })

  test.for([null, '', 'soon', '-5', '1.5', '1e3', 'never GMT'])('%j is ignored', (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined()
  })

  test('any date in whole seconds is read as the time until then', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), (seconds) => {
        const header = new Date(now + seconds * 1000).toUTCString()
        expect(parseRetryAfter(header, now)).toBe(Math.max(0, seconds * 1000))
      }),
    )
  })
})
