import { setTimeout as delay } from 'node:timers/promises'

export interface Pace {
  /** Waits until the next task is due. @returns false if there are no more */
  next(): Promise<boolean>
  /** Whether there are no more. */
  isOver(): boolean
}

/** Spreads tasks evenly over the time of a run, so that the load is constant. */
export function createPace(count: number, durationMs: number): Pace {
  const startedAt = performance.now()
  let next = 0
  const isOver = () => next >= count || performance.now() - startedAt >= durationMs
  return {
    isOver,
    async next() {
      if (isOver()) return false
      const dueAt = startedAt + (next++ / count) * durationMs
      await delay(Math.max(0, dueAt - performance.now()))
      return true
    },
  }
}
