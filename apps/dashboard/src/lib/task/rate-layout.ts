import { linearScale } from '../components/chart/linear-scale.ts'
import { valueTicks } from '../components/chart/ticks.ts'
import type { PhaseSpan } from './phase-spans.ts'
import type { LimitSpan, RateRow, RateSeries } from './rate-series.ts'

/** Vertical places of the chart's parts, and its margins, in pixels. */
export const rateFrame = { top: 20, bottom: 152, height: 200, left: 48, right: 12 } as const

/** Bars narrower than the available space allows are not legible. */
const minWidth = 240

type PhaseBand = Pick<PhaseSpan, 'phase'> & { from: number; to: number }

/** Where the values of a rate chart are drawn. */
export interface RateLayout {
  width: number
  from: number
  to: number
  /** Scales from a time and a rate to pixels. */
  x: (time: number) => number
  y: (rate: number) => number
  marks: number[]
  limits: LimitSpan[]
  bands: PhaseBand[]
  /** A path for each run of bars without a gap. */
  areas: string[]
}

/** @param space available width, pixels */
export function layOutRates(
  series: RateSeries,
  spans: readonly PhaseSpan[],
  allLimits: readonly LimitSpan[],
  space: number,
): RateLayout {
  const width = Math.max(minWidth, space)
  const from = series.from
  const to = Math.max(from + 1, series.to)
  const cut = <Span extends { from: number; to: number }>(span: Span): Span => ({
    ...span,
    from: Math.max(from, span.from),
    to: Math.min(to, span.to),
  })
  const hasWidth = (span: { from: number; to: number }) => span.to > span.from
  const limits = allLimits.map(cut).filter(hasWidth)
  const bands = spans.map(({ phase, from, to: end }) => cut({ phase, from, to: end ?? to })).filter(hasWidth)
  const most = Math.max(1, series.peak, ...limits.map(({ documentsPerSecond }) => documentsPerSecond))
  const marks = valueTicks(most, 4)
  const x = linearScale([from, to], [rateFrame.left, width - rateFrame.right])
  const y = linearScale([0, marks.at(-1) ?? most], [rateFrame.bottom, rateFrame.top])
  const p = (value: number) => value.toFixed(1)
  // Each bar has its documents as its area: a line between bars would show rates that were not measured.
  const areas = series.runs.map((run) => {
    const steps = run.map((bar) => `V${p(y(bar.rate))}H${p(x(bar.to))}`)
    return `M${p(x(run[0]?.from ?? 0))},${rateFrame.bottom}${steps.join('')}V${rateFrame.bottom}Z`
  })
  return { width, from, to, x, y, marks, limits, bands, areas }
}

/** The limit that applied in a part of the time. */
export const limitAt = ({ limits }: RateLayout, row: RateRow): number | null =>
  limits.find((limit) => limit.from < row.to && limit.to > row.from)?.documentsPerSecond ?? null

/** The phase in the middle of a part of the time: a pause before a retry belongs to no phase. */
export function phaseAt({ bands }: RateLayout, row: RateRow): PhaseSpan['phase'] | undefined {
  const middle = (row.from + row.to) / 2
  return bands.find((band) => band.from <= middle && band.to > middle)?.phase
}

/** The row at a horizontal place of the chart, a share of its whole width; past the end the last one. */
export function findRowAt({ width, from, to }: RateLayout, rows: readonly RateRow[], share: number): number {
  const { left, right } = rateFrame
  const time = from + ((share * width - left) / (width - left - right)) * (to - from)
  const found = rows.findIndex((row) => row.to > time)
  return found === -1 ? rows.length - 1 : found
}
