export interface InFlightLimit {
  /** Runs a call as soon as fewer than the limit are under way, in the order of asking. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Tells how a call went: overload halves the limit, each full round without it adds one. */
  report(accepted: boolean): void
  readonly current: number
}

/**
 * Bounds the calls under way and adapts the bound to overload: additive increase, multiplicative decrease.
 * Source: V. Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988.
 *
 * @param max the bound that is never exceeded, and that it starts with
 */
export function createInFlightLimit(max: number): InFlightLimit {
  let limit = max
  let underWay = 0
  let acceptedInRound = 0
  const waiting: (() => void)[] = []

  function admit(): void {
    while (underWay < Math.floor(limit) && waiting.length > 0) {
      underWay++
      waiting.shift()?.()
    }
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
    report(accepted) {
      if (!accepted) {
        limit = Math.max(1, Math.floor(limit / 2))
        acceptedInRound = 0
      } else if (limit < max && ++acceptedInRound >= limit) {
        limit++
        acceptedInRound = 0
      }
    },
  }
}
