import type { Clock } from '@ingestion-server/core'

/** The time that a worker spends on one task before others get theirs. */
export interface TimeSlice {
  /** Aborts when the slice is over, or the worker must stop. */
  signal: AbortSignal
  /** Stops the timer; the work ended by itself. */
  end(): void
}

export interface TimeSliceOptions {
  /** How long a slice is while other tasks wait. */
  sliceMs: number
  /** Its maximum, when no other task waits, so that no job is held forever. Default 5 minutes. */
  maxSliceMs?: number
  /** Whether a job of another task is waiting for a worker. */
  hasWaiting(): Promise<boolean>
  /** Aborts when the work must stop earlier: the process stops, or another worker has the job now. */
  signal: AbortSignal
  clock: Clock
}

/** A slice continues while no other task waits, because every change of worker costs a pause in writing. */
export function startTimeSlice({
  sliceMs,
  maxSliceMs = 5 * 60_000,
  hasWaiting,
  signal,
  clock,
}: TimeSliceOptions): TimeSlice {
  const over = new AbortController()
  const ended = new AbortController()

  async function watch(): Promise<void> {
    const startedAt = clock.now()
    do await clock.sleep(sliceMs, ended.signal)
    while (clock.now() + sliceMs <= startedAt + maxSliceMs && !(await hasWaiting()))
  }
  // If the check for waiting tasks fails, the slice is over too. No work is lost by that.
  const endSlice = () => over.abort()
  void watch().then(endSlice, endSlice)

  return { signal: AbortSignal.any([over.signal, signal]), end: () => ended.abort() }
}
