import { expect, test } from 'vitest'
import { createBoundMeter, type Wait } from './bound-meter.ts'

async function meterAfter(waits: readonly [Wait, number][]) {
  let now = 0
  const meter = createBoundMeter(() => now)
  for (const [wait, ms] of waits) await meter.during(wait, async () => void (now += ms))
  return meter
}

test.each([
  [{ rows: 10, limit: 0, requests: 50 }, 8, 'opensearch'],
  [{ rows: 50, limit: 0, requests: 10 }, 40, 'converting'],
  [{ rows: 50, limit: 0, requests: 10 }, 5, 'reading'],
  [{ rows: 10, limit: 50, requests: 20 }, 8, 'limit'],
  [{ rows: 0, limit: 0, requests: 0 }, 0, 'opensearch'],
])(
  'after waits of %o ms and %i ms of converting the work is bound by %s',
  async (waits, converting, bound) => {
    const meter = await meterAfter(Object.entries(waits) as [Wait, number][])
    expect(meter.read(converting)).toBe(bound)
  },
)

test('what was reported once is not counted again', async () => {
  const meter = await meterAfter([['rows', 100]])
  expect(meter.read(90)).toBe('converting')
  await meter.during('rows', async () => undefined)
  expect(meter.read(90)).toBe('opensearch')
})

test('a wait that ends with an error counts', async () => {
  const meter = await meterAfter([['rows', 10]])
  await expect(meter.during('limit', () => Promise.reject(new Error('stop')))).rejects.toThrow('stop')
  expect(meter.read(0)).toBe('reading')
})
