import { expect, test } from 'vitest'
import { findRowAt, layOutRates, limitAt, phaseAt, rateFrame } from './rate-layout.ts'
import { toRateRows, toRateSeries, type RateSeries } from './rate-series.ts'

const rate = (second: number, documents: number) => ({
  at: new Date(second * 1_000).toISOString(),
  seconds: 5,
  documents,
  boundBy: null,
})
const series = toRateSeries([rate(0, 2_000), rate(5, 2_000), rate(20, 1_000)], {
  startedAt: 0,
  endedAt: 25_000,
}) as RateSeries
const spans = [
  { phase: 'loading' as const, attempt: 1, from: -5_000, to: 9_000 },
  { phase: 'verifying' as const, attempt: 1, from: 21_000, to: null },
]
const limits = [{ from: 10_000, to: 60_000, documentsPerSecond: 600 }]

test('what is drawn is cut at both ends of the chart, and the limit fits in', () => {
  const layout = layOutRates(series, spans, limits, 720)
  expect(layout.bands).toEqual([
    { phase: 'loading', from: 0, to: 9_000 },
    { phase: 'verifying', from: 21_000, to: 25_000 },
  ])
  expect(layout.limits).toEqual([{ from: 10_000, to: 25_000, documentsPerSecond: 600 }])
  expect(layout.areas).toHaveLength(2)
  expect(layout.y(600)).toBeGreaterThanOrEqual(rateFrame.top)
  expect(layout.x(25_000)).toBe(720 - rateFrame.right)
  expect(layOutRates(series, spans, limits, 10).width).toBe(240)
})

test('the pointer finds the time below it, with its limit and its phase', () => {
  const layout = layOutRates(series, spans, limits, 720)
  const rows = toRateRows(series, 10)
  const at = (time: number) => findRowAt(layout, rows, layout.x(time) / layout.width)
  expect([at(1_000), at(6_000), at(15_000), at(24_000)]).toEqual([0, 1, 2, 3])
  expect(findRowAt(layout, rows, 1)).toBe(rows.length - 1)
  expect(rows.map((row) => limitAt(layout, row))).toEqual([null, null, 600, 600])
  expect(rows.map((row) => phaseAt(layout, row))).toEqual(['loading', 'loading', undefined, 'verifying'])
})
