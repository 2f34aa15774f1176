export interface ConcurrencyLimiter {
  /** Runs a call, in order of arrival, as soon as fewer calls than the limit are under way. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>
  /**
   * Records the result of a call and adapts the limit.
   *
   * @param latencyMs of an accepted call with a body long enough to compare
   */
  report(outcome: 'accepted' | 'overloaded', latencyMs?: number): void
  readonly current: number
  /** The state for the next limiter of calls to the same service. */
  learned(): LearnedLimit
}

/** What a limiter has learned about a service. */
export interface LearnedLimit {
  limit: number
  /** The shortest latency of a call, milliseconds. */
  shortestMs: number
}

interface ConcurrencyBounds {
  /** Latency alone never lowers the limit below this; overload does. Also the initial limit. */
  least: number
  /** Upper bound of the limit. */
  most: number
  /** State of an earlier limiter for the same service. */
  learned?: LearnedLimit | undefined
}

/** Up to this multiple of the shortest latency nothing queues at the service: the limit may rise. */
const lowLatency = 1.2
/**
 * From this multiple of the shortest latency on, calls wait for each other: fewer calls would have the same throughput.
 */
const highLatency = 1.5
/**
 * The next limiter increases the shortest latency by this factor, because it may not be reachable any more. The factor
 * is small: a busy cluster never reaches its shortest latency, and without that reference it would look idle.
 */
const aging = 1.02

/**
 * Limits the concurrent calls and adapts the limit. Overload halves it. After each round of as many accepted calls as
 * the limit, the limit rises by one: always up to `least`, and beyond it while their latency shows no queue. Until
 * latency first rises, each round adds half the limit instead. A round with a much higher latency halves the limit,
 * down to `least`. So a distant cluster gets more concurrent requests, and a busy one does not.
 *
 * Sources: V. Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988; L. Brakmo and L. Peterson, "TCP Vegas: End to
 * End Congestion Avoidance on a Global Internet", IEEE JSAC 13 (8), 1995.
 */
export function createConcurrencyLimiter({ least, most, learned }: ConcurrencyBounds): ConcurrencyLimiter {
  let limit = Math.min(learned?.limit ?? least, most)
  let shortestMs = learned ? learned.shortestMs * aging : Infinity
  let isSlowStart = !learned
  // The first calls warm up caches and compilers, so their latency is not representative.
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
    // Without a latency the mean is NaN, and every comparison is false.
    const isLowLatency = meanMs <= shortestMs * lowLatency
    if (limit < least) limit++
    else if (isLowLatency) limit = Math.min(most, limit + (isSlowStart ? Math.floor(limit / 2) || 1 : 1))
    else if (meanMs > shortestMs * highLatency) limit = Math.max(least, Math.floor(limit / 2))
    isSlowStart &&= isLowLatency
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
