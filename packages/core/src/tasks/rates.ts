/** The shortest time that a point of a task's rates stands for, seconds. */
export const firstRateSeconds = 5

/** The most points that are kept of a task: an hour of the shortest, a week of those that stand for 20 minutes. */
export const maxRatePoints = 720

export interface RatePoint {
  /** Milliseconds since the epoch: a multiple of the seconds that the point stands for. */
  at: number
  documents: number
}

/** When the point that holds a moment begins; both in milliseconds since the epoch. */
export function ratePointAt(moment: number, seconds: number): number {
  return Math.floor(moment / (seconds * 1_000)) * seconds * 1_000
}

/** The same documents in points that stand for more seconds each, oldest first. */
export function coarsenRates(points: readonly RatePoint[], seconds: number): RatePoint[] {
  const coarse = new Map<number, number>()
  for (const { at, documents } of points) {
    const start = ratePointAt(at, seconds)
    coarse.set(start, (coarse.get(start) ?? 0) + documents)
  }
  return [...coarse].map(([at, documents]) => ({ at, documents })).sort((a, b) => a.at - b.at)
}
