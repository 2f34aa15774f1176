import type { TaskEvent } from '@ingestion-server/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toBottlenecks, toLimitSpans, toRateRows, toRateSeries } from './rate-series.ts'

const rate = (second: number, documents: number, boundBy: 'limit' | 'reading' | null = null) => ({
  at: new Date(second * 1_000).toISOString(),
  seconds: 5,
  documents,
  boundBy,
})
const bounds = (from: number, to: number) => ({ startedAt: from * 1_000, endedAt: to * 1_000 })

test('a stall is a gap, and its average is not that of the bars around it', () => {
  const series = toRateSeries([rate(0, 1_000), rate(5, 2_000), rate(40, 1_980)], bounds(2.5, 45))
  expect(series?.runs.map((run) => run.map(({ from, to, rate }) => [from, to, rate]))).toEqual([
    [
      [2_500, 5_000, 400],
      [5_000, 10_000, 400],
    ],
    [[40_000, 45_000, 396]],
  ])
  expect(series).toMatchObject({ gaps: [{ from: 10_000, to: 40_000 }], documents: 4_980, peak: 400 })
  expect(series?.average).toBeCloseTo(398.4)
})

test('the last bar ends with the task, so its rate is that of the time in which it worked', () => {
  const series = toRateSeries([rate(0, 2_000), rate(5, 400)], bounds(0, 6))
  expect(series?.runs[0]?.map(({ rate }) => rate)).toEqual([400, 400])
})

test('the unfinished bar of an active task is left out, and its documents still count', () => {
  const rates = [rate(0, 2_000), rate(5, 2_000), rate(10, 40)]
  const ongoing = toRateSeries(rates, { ...bounds(0, 12), isActive: true })
  expect(ongoing?.runs[0]?.map(({ rate }) => rate)).toEqual([400, 400])
  expect(ongoing).toMatchObject({ documents: 4_040, average: 400, to: 10_000 })
  // Alone, or after a gap, it is all that is known.
  expect(toRateSeries([rate(10, 40)], { ...bounds(10, 12), isActive: true })?.runs).toHaveLength(1)
  const resumed = toRateSeries([rate(0, 2_000), rate(40, 40)], { ...bounds(0, 42), isActive: true })
  expect(resumed?.runs).toHaveLength(2)
})

test('a load that writes nothing any more ends in a gap, unless its documents may not be counted yet', () => {
  const rates = [rate(0, 2_000), rate(5, 2_000)]
  const loading = { isActive: true, isLoading: true }
  const stalled = toRateSeries(rates, { ...bounds(0, 60), ...loading })
  expect(stalled).toMatchObject({ gaps: [{ from: 10_000, to: 60_000 }], to: 60_000, average: 400 })
  expect(toRateSeries(rates, { ...bounds(0, 20), ...loading })).toMatchObject({ gaps: [], to: 10_000 })
  // Verification writes nothing.
  expect(toRateSeries(rates, { ...bounds(0, 60), isActive: true })).toMatchObject({ gaps: [] })
})

test('nothing is drawn without a rate, and clocks that were set back make no bar of no width', () => {
  expect(toRateSeries([], bounds(0, 1))).toBe(null)
  const series = toRateSeries([rate(0, 100)], bounds(3_600, 3_700))
  expect(series?.runs[0]).toMatchObject([{ from: 0, to: 5_000, rate: 20 }])
})

test('however many bars are joined to rows, the documents and the gaps stay the same', () => {
  const points = fc.uniqueArray(fc.nat(2_000), { minLength: 1, maxLength: 720 })
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 60 }), (places, count) => {
      const rates = places.sort((a, b) => a - b).map((place) => rate(place * 5, place + 1))
      const series = toRateSeries(rates, bounds(0, 20_000))
      if (series === null) throw new Error('there are rates')
      const rows = toRateRows(series, count)
      expect(rows.reduce((sum, { documents }) => sum + documents, 0)).toBe(series.documents)
      expect(rows.filter(({ isGap }) => isGap).map(({ from, to }) => ({ from, to }))).toEqual(series.gaps)
      for (const [at, row] of rows.entries()) if (at > 0) expect(row.from).toBe(rows[at - 1]?.to)
    }),
  )
})

const change = (second: number, documentsPerSecond: number | null): TaskEvent => ({
  ...{ id: second, type: 'limits_changed', phase: 'loading', attempt: 1 },
  at: new Date(second * 1_000).toISOString(),
  data: { limits: { documentsPerSecond, inFlight: null } },
})

test('a limit holds from its change to the next one', () => {
  const limits = { documentsPerSecond: 200, inFlight: null }
  expect(
    toLimitSpans([change(2, 400), change(10, null), change(20, 200)], { limits }, bounds(5, 30)),
  ).toEqual([
    { from: 5_000, to: 10_000, documentsPerSecond: 400 },
    { from: 20_000, to: 30_000, documentsPerSecond: 200 },
  ])
  expect(toLimitSpans([], { limits }, bounds(5, 30))).toEqual([
    { from: 5_000, to: 30_000, documentsPerSecond: 200 },
  ])
})

test('a bottleneck lasts while it is reported, not through a gap', () => {
  const series = toRateSeries(
    [rate(0, 1, 'limit'), rate(5, 1, 'limit'), rate(10, 1, 'reading'), rate(15, 1), rate(40, 1, 'reading')],
    bounds(0, 45),
  )
  expect(series && toBottlenecks(series)).toEqual([
    { from: 0, to: 10_000, boundBy: 'limit' },
    { from: 10_000, to: 15_000, boundBy: 'reading' },
    { from: 40_000, to: 45_000, boundBy: 'reading' },
  ])
})
