import type { BoundBy } from '../contract/index.ts'

/** Shortest interval of a point of a task's rates, seconds. */
export const firstRateSeconds = 5

/** Maximum number of points per task: an hour of the shortest ones, a week of those of 20 minutes. */
export const maxRatePoints = 720

export interface RatePoint {
  /** Milliseconds since the epoch: a multiple of the point's interval. */
  at: number
  documents: number
  /** The bottleneck that was reported last in the interval. */
  boundBy: BoundBy | null
}

/** Start of the point that contains a time; both in milliseconds since the epoch. */
export function ratePointAt(moment: number, seconds: number): number {
  return Math.floor(moment / (seconds * 1_000)) * seconds * 1_000
}

/** The documents of a save. Times in milliseconds since the epoch. */
interface SavedDocuments {
  documents: number
  /** The claim of the item or the save before. */
  since: number
  until: number
  /** Interval of a point, seconds. */
  seconds: number
  /** The item's share of the task's limit. */
  documentsPerSecond: number | null
}

/**
 * Distributes the documents of a save over the points in which they were processed. Counting all of them at the time of
 * the save would show a rate above the task's limit, and intervals without documents between slow saves. The documents
 * count for at most one interval, so that a stall stays visible, or for the time that the limit requires.
 *
 * `addToRates` in `drizzle/task-rates.ts` does the same in SQL.
 *
 * @returns documents by the start of the point; their sum is `documents`
 */
export function spreadDocuments({
  documents,
  since,
  until,
  seconds,
  documentsPerSecond,
}: SavedDocuments): Map<number, number> {
  const interval = seconds * 1_000
  const paced = documentsPerSecond === null ? 0 : (documents / documentsPerSecond) * 1_000
  const from = Math.min(until, Math.max(since, until - Math.max(interval, paced)))
  const upTo = (time: number) =>
    time >= until ? documents : Math.round((documents * Math.max(0, time - from)) / (until - from))
  const spread = new Map<number, number>()
  for (let at = ratePointAt(from, seconds); at <= until; at += interval) {
    const part = upTo(at + interval) - (at <= from ? 0 : upTo(at))
    if (part !== 0) spread.set(at, part)
  }
  return spread
}

/** Merges points into longer ones, oldest first. */
export function coarsenRates(points: readonly RatePoint[], seconds: number): RatePoint[] {
  const coarse = new Map<number, RatePoint>()
  for (const { at, documents, boundBy } of points.toSorted((a, b) => a.at - b.at)) {
    const start = ratePointAt(at, seconds)
    const before = coarse.get(start)
    coarse.set(start, {
      at: start,
      documents: (before?.documents ?? 0) + documents,
      boundBy: boundBy ?? before?.boundBy ?? null,
    })
  }
  return [...coarse.values()]
}
