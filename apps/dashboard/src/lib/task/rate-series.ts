import type { Task, TaskEvent, TaskRates } from '@ingestion-server/sdk'

/** Documents in a time; all times in milliseconds since the epoch. */
interface RateBar {
  from: number
  to: number
  documents: number
  /** Documents per second, the average from `from` to `to`. */
  rate: number
  boundBy: TaskRates['rates'][number]['boundBy']
}

export interface RateSeries {
  /** Bars that follow each other without a gap, oldest first. */
  runs: RateBar[][]
  /** Times without documents between the runs. */
  gaps: { from: number; to: number }[]
  from: number
  to: number
  documents: number
  peak: number
  /** Documents per second of the bars, without the gaps. */
  average: number
}

interface Bounds {
  startedAt: number
  /** The end of the task, or now. */
  endedAt: number
  /** Whether the task is active, so that its last bar may lack documents that were written and not counted yet. */
  isActive?: boolean
  /** Whether it is in the phase that writes documents: a long time without any is a gap without an end yet. */
  isLoading?: boolean
}

/** Documents are counted some seconds after they were written. */
const countedWithinMs = 15_000

/**
 * The rates of a task as bars of which each has its documents as its area. The first and the last bar are cut at the
 * start and the end of the task: nothing was done beyond them. Bars are never joined across a time without documents.
 * Of an active task, the last bar is left out until its time is over: it would look like a fall of the rate.
 */
export function toRateSeries(
  rates: TaskRates['rates'],
  { startedAt, endedAt, isActive = false, isLoading = false }: Bounds,
): RateSeries | null {
  const runs: RateBar[][] = []
  const gaps: RateSeries['gaps'] = []
  for (const { at, seconds, documents, boundBy } of rates) {
    const start = Date.parse(at)
    // A clock that was set back must not make a bar of no width.
    const from = startedAt < start + seconds * 1_000 ? Math.max(start, startedAt) : start
    const to = endedAt > from ? Math.min(start + seconds * 1_000, endedAt) : start + seconds * 1_000
    const bar = { from, to, documents, boundBy, rate: documents / Math.max(0.001, (to - from) / 1_000) }
    const last = runs.at(-1)?.at(-1)
    if (last && last.to >= from) {
      if (isActive && start + seconds * 1_000 > endedAt) continue
      runs.at(-1)?.push(bar)
    } else {
      if (last) gaps.push({ from: last.to, to: from })
      runs.push([bar])
    }
  }
  const bars = runs.flat()
  const [first, last] = [bars[0], bars.at(-1)]
  if (!first || !last) return null
  const silentMs = Math.max(countedWithinMs, 2_000 * (rates.at(-1)?.seconds ?? 0))
  const isSilent = isLoading && endedAt - last.to > silentMs
  if (isSilent) gaps.push({ from: last.to, to: endedAt })
  const ofBars = bars.reduce((sum, bar) => sum + bar.documents, 0)
  const ms = bars.reduce((sum, { from, to }) => sum + to - from, 0)
  return {
    runs,
    gaps,
    from: first.from,
    to: isSilent ? endedAt : last.to,
    documents: rates.reduce((sum, rate) => sum + rate.documents, 0),
    peak: Math.max(...bars.map(({ rate }) => rate)),
    average: ofBars / Math.max(0.001, ms / 1_000),
  }
}

/** A time in a chart or table: with documents, or without (a gap). */
export type RateRow = Omit<RateBar, 'boundBy'> & { boundBy: RateBar['boundBy']; isGap: boolean }

/** Bars and gaps in order, joined so that there are at most about `count` rows; gaps are never joined with bars. */
export function toRateRows({ runs, gaps }: RateSeries, count: number): RateRow[] {
  const bars = runs.reduce((sum, run) => sum + run.length, 0)
  const perRow = Math.max(1, Math.ceil(bars / Math.max(1, count - gaps.length)))
  const rows = runs.flatMap((run) => {
    const joined: RateRow[] = []
    for (let start = 0; start < run.length; start += perRow)
      joined.push(join(run.slice(start, start + perRow)))
    return joined
  })
  const empty = gaps.map((gap) => ({ ...gap, documents: 0, rate: 0, boundBy: null, isGap: true }))
  return [...rows, ...empty].sort((a, b) => a.from - b.from)
}

function join(bars: readonly RateBar[]): RateRow {
  const [first, last] = [bars[0] as RateBar, bars.at(-1) as RateBar]
  const documents = bars.reduce((sum, bar) => sum + bar.documents, 0)
  const seconds = bars.reduce((sum, { from, to }) => sum + (to - from) / 1_000, 0)
  return {
    from: first.from,
    to: last.to,
    documents,
    rate: documents / Math.max(0.001, seconds),
    boundBy: bars.findLast(({ boundBy }) => boundBy !== null)?.boundBy ?? null,
    isGap: false,
  }
}

export interface LimitSpan {
  from: number
  to: number
  documentsPerSecond: number
}

/** When a task had a limit of its rate, from its events. A task starts without one. */
export function toLimitSpans(
  events: readonly TaskEvent[],
  task: Pick<Task, 'limits'>,
  { startedAt, endedAt }: Bounds,
): LimitSpan[] {
  const changes = events
    .filter(({ type }) => type === 'limits_changed')
    .map(({ at, data }) => ({ at: Date.parse(at), limit: readLimit(data['limits']) }))
  // Set before the events that are known.
  if (changes.length === 0) changes.push({ at: startedAt, limit: task.limits.documentsPerSecond })
  return changes.flatMap(({ at, limit }, place) => {
    const to = Math.min(endedAt, changes[place + 1]?.at ?? endedAt)
    const from = Math.max(at, startedAt)
    return limit === null || to <= from ? [] : [{ from, to, documentsPerSecond: limit }]
  })
}

function readLimit(limits: unknown): number | null {
  const value = (limits as { documentsPerSecond?: unknown } | undefined)?.documentsPerSecond
  return typeof value === 'number' ? value : null
}

/** Consecutive bars with the same bottleneck, as one. */
export function toBottlenecks({ runs }: RateSeries): Pick<RateBar, 'from' | 'to' | 'boundBy'>[] {
  const bands: Pick<RateBar, 'from' | 'to' | 'boundBy'>[] = []
  for (const { from, to, boundBy } of runs.flat()) {
    const last = bands.at(-1)
    if (last?.boundBy === boundBy && last.to >= from) last.to = to
    else bands.push({ from, to, boundBy })
  }
  return bands.filter((band) => band.boundBy !== null)
}
