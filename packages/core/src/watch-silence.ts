import type { Clock } from './clock.ts'
import { durationText } from './duration-text.ts'

/** How a call to a service is watched until it returns. */
export interface CallWatch {
  clock: Clock
  /** Ends the call: its result is not needed any more. */
  signal?: AbortSignal | undefined
  /** `onSilence` is called after this long without a response, milliseconds. */
  silenceMs: number
  /**
   * Called once for a call without a response for `silenceMs`.
   *
   * @param reason the call that is waited for, for people
   * @param remainingMs until the call is given up
   */
  onSilence?: ((reason: string, remainingMs: number) => void) | undefined
}

interface Silence {
  /** The call and its service, for people. */
  what: string
  /** The call fails after this long without a response or progress, milliseconds. */
  limitMs: number
  /** How much of the response has arrived: while it grows, the service is not silent. */
  received?: () => number
  /** @param reason for people */
  onLimit?: ((reason: string) => void) | undefined
}

/**
 * Watches a call for a service that neither responds nor closes its connection: a stopped process, a lost network, a
 * statement that waits for a lock. Checks only a few times in `limitMs`, so the overhead is negligible.
 *
 * @returns a function that ends the watch
 */
export function watchSilence(
  { clock, silenceMs, onSilence }: CallWatch,
  { what, limitMs, received = () => 0, onLimit }: Silence,
): () => void {
  const ended = new AbortController()
  async function watch(): Promise<void> {
    let seen = received()
    for (let silentMs = 0; silentMs < limitMs;) {
      const stepMs = Math.min(silentMs === 0 ? silenceMs : limitMs, limitMs - silentMs)
      await clock.sleep(stepMs, ended.signal)
      const now = received()
      silentMs = now === seen ? silentMs + stepMs : 0
      seen = now
      if (silentMs >= silenceMs && silentMs < limitMs) {
        onSilence?.(`${what} has not responded for ${durationText(silentMs)}`, limitMs - silentMs)
      }
    }
    onLimit?.(`${what} did not respond within ${durationText(limitMs)}`)
  }
  // Only the sleep rejects, when the watch ends.
  watch().catch(() => undefined)
  return () => ended.abort()
}
