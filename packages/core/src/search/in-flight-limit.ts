export interface InFlightLimit {
  /** Runs a call as soon as fewer than the limit are under way, in the order of asking. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>
  /**
   * Records how a call went, and so moves the limit.
   *
   * @param latencyMs of an accepted call that is worth comparing with others; a short body's is not
   */
  report(outcome: 'accepted' | 'overloaded', latencyMs?: number): void
  readonly current: number
  /** For the next limit on calls to the same end. */
  learned(): LearnedLimit
}

/** What a limit has learned of the other end. */
export interface LearnedLimit {
  limit: number
  /** The shortest latency of a call, in milliseconds. */
  shortestMs: number
}

interface InFlightBounds {
  /** What latency alone never lowers the limit below: overload does. It begins with that. */
  least: number
  /** Never exceeded. */
  most: number
  /** Of an earlier limit on calls to the same end, to go on from. */
  learned?: LearnedLimit | undefined
}

/** Up to so many times the shortest latency, nothing queues at the other end: more calls would cost nothing. */
const unhurried = 1.2
/** From so many times the shortest latency on, calls wait for each other: fewer would get as much done. */
const crowded = 1.5
/**
 * What was the shortest may not be possible any more: by so much it counts as longer for the next limit. Little, for a
 * busy cluster is never as quick as it can be, and one that is forgotten looks unhurried.
 */
const aging = 1.02

/**
 * Bounds the calls under way and adapts the bound. Overload halves it. A round of as many accepted calls as the limit
 * adds one, up to `least` in any case, and beyond it while their latency stays what it is without a queue (until it
 * first does not, each round adds half the limit); one that took much longer halves it, down to `least`. So a cluster
 * that is far away gets more requests, and one that is busy does not.
 *
 * Sources: V. Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988; L. Brakmo and L. Peterson, "TCP Vegas:
 * End to End Congestion Avoidance on a Global Internet", IEEE JSAC 13 (8), 1995.
 */
export function createInFlightLimit({ least, most, learned }: InFlightBounds): InFlightLimit {
  let limit = Math.min(learned?.limit ?? least, most)
  let shortestMs = learned ? learned.shortestMs * aging : Infinity
  let isSlowStart = !learned
  // The first calls wake up caches and compilers: what they took says nothing of the next.
  let isWarm = learned !== undefined
  let underWay = 0
  let acceptedInRound = 0
  let latenciesMs: number[] = []
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
    if (isWarm) adapt()
    isWarm = true
    beginRound()
  }

  function adapt(): void {
    const meanMs = latenciesMs.reduce((sum, each) => sum + each, 0) / latenciesMs.length
    shortestMs = Math.min(shortestMs, ...latenciesMs)
    // Without a latency the mean is no number, and no comparison holds.
    const isUnhurried = meanMs <= shortestMs * unhurried
    if (limit < least) limit++
    else if (isUnhurried) limit = Math.min(most, limit + (isSlowStart ? Math.floor(limit / 2) || 1 : 1))
    else if (meanMs > shortestMs * crowded) limit = Math.max(least, Math.floor(limit / 2))
    isSlowStart &&= isUnhurried
  }

  return {
    get current() {
      return limit
    },
    learned: () => ({ limit, shortestMs }),
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
        isSlowStart = false
        beginRound()
        return
      }
      if (latencyMs !== undefined) latenciesMs.push(latencyMs)
      if (++acceptedInRound >= limit) endRound()
    },
  }
}
