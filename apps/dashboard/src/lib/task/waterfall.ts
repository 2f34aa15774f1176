import type { Phase } from '@ingestion-server/sdk'
import type { ItemPart, ItemStage } from './item-parts.ts'
import type { PhaseSpan, WaitSpan } from './phase-spans.ts'

interface Bar {
  from: number
  /** Null: it has not ended. */
  to: number | null
  attempt: number
}

interface WaterfallRow {
  phase: Phase
  bars: Bar[]
  /** Milliseconds in this phase, all attempts together. */
  ms: number
  stages: ItemStage[]
}

/** A row for each phase, in the order in which they began, with the stages of items that they had. */
export function toWaterfall(
  spans: readonly PhaseSpan[],
  stages: readonly ItemStage[],
  now: number,
): WaterfallRow[] {
  const rows = new Map<Phase, WaterfallRow>()
  for (const { phase, attempt, from, to } of spans) {
    const row = rows.get(phase) ?? { phase, bars: [], ms: 0, stages: [] }
    rows.set(phase, row)
    row.bars.push({ from, to, attempt })
    row.ms += Math.max(0, (to ?? now) - from)
  }
  for (const stage of stages) rows.get(stage.phase)?.stages.push(stage)
  return [...rows.values()]
}

/** The attempts of a task, from the first phase of each to its last. */
export function toAttempts(spans: readonly PhaseSpan[]): Bar[] {
  const attempts: Bar[] = []
  for (const { attempt, from, to } of spans) {
    const last = attempts.at(-1)
    if (last?.attempt === attempt) last.to = to
    else attempts.push({ attempt, from, to })
  }
  return attempts
}

/** The times of a part in which its phase ran: a pause before a retry belongs to no item. */
export function clipToBars(
  { startedAt, finishedAt, done, items }: ItemPart,
  bars: readonly Bar[],
  now: number,
): Bar[] {
  if (startedAt === null) return []
  const end = done === items ? (finishedAt ?? now) : Infinity
  return bars.flatMap(({ from, to, attempt }) => {
    const start = Math.max(from, startedAt)
    const stop = Math.min(to ?? now, end)
    return stop > start ? [{ from: start, to: stop, attempt }] : []
  })
}

/** The parts of waits within a bar. */
export function clipWaits(
  waits: readonly WaitSpan[],
  bar: Pick<Bar, 'from' | 'to'>,
  now: number,
): { from: number; to: number }[] {
  return waits.flatMap(({ from, to }) => {
    const clipped = { from: Math.max(from, bar.from), to: Math.min(to ?? now, bar.to ?? now) }
    return clipped.to > clipped.from ? [clipped] : []
  })
}

/** Milliseconds of each phase, for a comparison of runs. */
export function toPhaseTimes(spans: readonly PhaseSpan[], now: number): Map<Phase, number> {
  return new Map(toWaterfall(spans, [], now).map(({ phase, ms }) => [phase, ms]))
}
