export interface InFlightLimit {
  /** Runs a call as soon as fewer than the limit are under way, in the order of asking. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>
  /**
   * Tells how a call went, and so moves the limit.
   *
   * @param latencyMs of an accepted call that is worth comparing with others; a short body's is not
   */
  report(outcome: 'accepted' | 'overloaded', latencyMs?: number): void
  readonly current: number
}

export interface InFlightBounds {
  /** Calls under way at the beginning. */
  start: number
  /** What latency alone never lowers the limit below: overload does. */
  least: number
  /** Never exceeded. */
  most: number
}

/** Up to so many times the shortest latency, nothing queues at the other end: more calls would cost nothing. */
const unhurried = 1.2
/** From so many times the shortest latency on, calls wait for each other more than they are worked on. */
const crowded = 2

/**
 * Bounds the calls under way and adapts the bound. Overload halves it. A round of as many accepted calls as the limit
 * adds one, up to `least` in any case, and beyond it while their latency stays what it is without a queue; one that
 * took much longer takes one away. So a cluster that is far away gets more requests, and one that is busy does not.
 *
 * Sources: V. Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988; L. Brakmo and L. Peterson, "TCP Vegas:
 * End to End Congestion Avoidance on a Global Internet", IEEE JSAC 13 (8), 1995.
 */
export function createInFlightLimit({ start, least, most }: InFlightBounds): InFlightLimit {
  let limit = start
  let underWay = 0
  let acceptedInRound = 0
  let latenciesMs: number[] = []
  let shortestMs = Infinity
  const waiting: (() => void)[] = []

  function admit(): void {
    while (underWay < limit && waiting.length > 0) {
      underWay++
      waiting.shift()?.()
    }
  }

  function beginRound(): void {
    acceptedInRound = 0
    latenciesMs = []
  }

  function endRound(): void {
    const meanMs = latenciesMs.reduce((sum, each) => sum + each, 0) / latenciesMs.length
    shortestMs = Math.min(shortestMs, ...latenciesMs)
    // Without a latency the mean is no number, and no comparison holds.
    if (limit < least || meanMs <= shortestMs * unhurried) limit = Math.min(most, limit + 1)
    else if (meanMs > shortestMs * crowded) limit = Math.max(least, limit - 1)
    beginRound()
  }

  return {
    get current() {
      return limit
    },
    async run(call, signal) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        admit()
      })
      try {
        signal.throwIfAborted()
        return await call()
      } finally {
        underWay--
        admit()
      }
    },
    report(outcome, latencyMs) {
      if (outcome === 'overloaded') {
        limit = Math.max(1, Math.floor(limit / 2))
        beginRound()
        return
      }
      if (latencyMs !== undefined) latenciesMs.push(latencyMs)
      if (++acceptedInRound >= limit) endRound()
    },
  }
}
