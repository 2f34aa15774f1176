/** Shortest interval of a point of a task's rates, seconds. */
export const firstRateSeconds = 5

/** Maximum number of points per task: an hour of the shortest ones, a week of those of 20 minutes. */
export const maxRatePoints = 720

export interface RatePoint {
  /** Milliseconds since the epoch: a multiple of the point's interval. */
  at: number
  documents: number
}

/** Start of the point that contains a time; both in milliseconds since the epoch. */
export function ratePointAt(moment: number, seconds: number): number {
  return Math.floor(moment / (seconds * 1_000)) * seconds * 1_000
}

/** Merges points into longer ones, oldest first. */
export function coarsenRates(points: readonly RatePoint[], seconds: number): RatePoint[] {
  const coarse = new Map<number, number>()
  for (const { at, documents } of points) {
    const start = ratePointAt(at, seconds)
    coarse.set(start, (coarse.get(start) ?? 0) + documents)
  }
  return [...coarse].map(([at, documents]) => ({ at, documents })).sort((a, b) => a.at - b.at)
}
