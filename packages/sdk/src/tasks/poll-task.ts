import { retryDelayMs, type Transport } from '../http/index.ts'
import { pollOnce, type PollResult, type PollOnceOptions } from './poll-once.ts'
import type { TaskSnapshot } from './read-task.ts'

const intervalGrowth = 1.5

export interface PollOptions extends PollOnceOptions {
  pollIntervalMs: number
  maxPollIntervalMs: number
}

/**
 * Polls a task until its reader stops or the deadline has passed; after the deadline it polls once more. The interval
 * grows, and is never shorter than the server's Retry-After. An unavailable server (restarting, or reported so by a
 * proxy) is polled again until the deadline or the signal.
 *
 * @throws the signal's reason, and errors that a retry would not fix, such as NotFoundError
 */
export async function* pollTask(
  transport: Transport,
  snapshot: TaskSnapshot,
  options: PollOptions,
): AsyncGenerator<PollResult, void, undefined> {
  const { clock, random } = transport
  const { signal, deadline, maxPollIntervalMs } = options
  let intervalMs = options.pollIntervalMs
  let misses = 0
  let waitMs = (snapshot.pollAgainAt ?? 0) - clock.now()

  do {
    if (waitMs > 0) await clock.sleep(Math.min(waitMs, deadline - clock.now()), signal)
    const result = await pollOnce(transport, snapshot.task.taskId, options)
    yield result

    if ('error' in result) {
      waitMs = retryDelayMs(result.error, misses++, random)
    } else {
      misses = 0
      waitMs = Math.max(intervalMs, (result.snapshot.pollAgainAt ?? 0) - clock.now())
      intervalMs = Math.min(maxPollIntervalMs, intervalMs * intervalGrowth)
    }
  } while (clock.now() < deadline)
}
