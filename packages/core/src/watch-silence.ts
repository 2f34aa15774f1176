import type { Clock } from './clock.ts'
import { durationText } from './duration-text.ts'

/** How a call to a service is watched until it is answered. */
export interface CallWatch {
  clock: Clock
  /** Ends the call: its result is of no use any more. */
  signal?: AbortSignal | undefined
  /** After so long without an answer it is said that the service is waited for, milliseconds. */
  silenceMs: number
  /**
   * Called once for a call that is not answered for `silenceMs`.
   *
   * @param reason what is waited for, for people
   * @param remainingMs until the call is given up
   */
  onSilence?: ((reason: string, remainingMs: number) => void) | undefined
}

interface Silence {
  /** Which call, and of which service, for people. */
  what: string
  /** After so long without a sign of life the call counts as failed, milliseconds. */
  limitMs: number
  /** How much of the answer has come: as long as it grows, the service is not silent. */
  received?: () => number
  /** @param reason for people */
  onLimit?: ((reason: string) => void) | undefined
}

/**
 * Watches a call for a service that neither answers nor closes its connection: a stopped process, a lost network, a
 * statement that waits for a lock. Looks a few times in `limitMs` only, so the answer itself costs nothing.
 *
 * @returns ends the watch
 */
export function watchSilence(
  { clock, silenceMs, onSilence }: CallWatch,
  { what, limitMs, received = () => 0, onLimit }: Silence,
): () => void {
  const answered = new AbortController()
  async function watch(): Promise<void> {
    let seen = received()
    for (let silentMs = 0; silentMs < limitMs;) {
      const stepMs = Math.min(silentMs === 0 ? silenceMs : limitMs, limitMs - silentMs)
      await clock.sleep(stepMs, answered.signal)
      const now = received()
      silentMs = now === seen ? silentMs + stepMs : 0
      seen = now
      if (silentMs >= silenceMs && silentMs < limitMs) {
        onSilence?.(`${what} has not answered for ${durationText(silentMs)}`, limitMs - silentMs)
      }
    }
    onLimit?.(`${what} did not answer within ${durationText(limitMs)}`)
  }
  // Only the sleep rejects, when the watch is ended.
  watch().catch(() => undefined)
  return () => answered.abort()
}
