import type { Clock } from '@ingestion-server/core'

/** The time that a worker spends on one task before others get theirs. */
export interface Turn {
  /** Aborts when the turn is over, or the worker must stop. */
  signal: AbortSignal
  /** Stops the watch; the work ended by itself. */
  end(): void
}

export interface TurnOptions {
  /** How long a turn is while other tasks wait. */
  turnMs: number
  /** How long it is at most, though nobody waits. */
  maxTurnMs: number
  /** Whether a ticket for another task is waiting for a worker. */
  othersWait(): Promise<boolean>
  /** Aborts when the work must stop before: the process stops, or the ticket is somebody else's now. */
  signal: AbortSignal
  clock: Clock
}

/** A turn goes on for as long as nobody waits, because every change of hands costs a pause in writing. */
export function startTurn({ turnMs, maxTurnMs, othersWait, signal, clock }: TurnOptions): Turn {
  const over = new AbortController()
  const ended = new AbortController()

  async function watch(): Promise<void> {
    const startedAt = clock.now()
    do await clock.sleep(turnMs, ended.signal)
    while (clock.now() + turnMs <= startedAt + maxTurnMs && !(await othersWait()))
  }
  // Where the others can't be asked after, the turn is over too: nothing is lost by that.
  const endTurn = () => over.abort()
  void watch().then(endTurn, endTurn)

  return { signal: AbortSignal.any([over.signal, signal]), end: () => ended.abort() }
}
