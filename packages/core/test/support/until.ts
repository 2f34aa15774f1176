import { setTimeout as delay } from 'node:timers/promises'

export interface UntilOptions {
  /** Default: 200 s, which is shorter than the time limit of a test, so that a wait fails with its own message. */
  timeoutMs?: number
  intervalMs?: number
  /** Ends the wait with its reason. */
  signal?: AbortSignal
}

type Falsy = false | null | undefined | 0 | ''

/**
 * Polls a state that has no event.
 *
 * @param reason what is awaited, for the error; a function can add the state that was found last
 * @returns the first value that is neither false nor empty
 * @throws Error with the reason after the timeout; an error of the condition at once
 * @example
 * await until('all jobs to be created', async () => (await countJobs('created')) === 4)
 */
export async function until<Value>(
  reason: string | (() => string),
  condition: () => Value | Promise<Value>,
  { timeoutMs = 200_000, intervalMs = 20, signal }: UntilOptions = {},
): Promise<Exclude<Value, Falsy>> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const value = await condition()
    if (value) return value as Exclude<Value, Falsy>
    if (performance.now() > giveUpAt) {
      const awaited = typeof reason === 'string' ? reason : reason()
      throw new Error(`waited ${timeoutMs / 1_000} s in vain for ${awaited}`)
    }
    await delay(intervalMs)
  }
}
