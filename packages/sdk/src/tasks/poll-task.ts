import { retryDelayMs, type Transport } from '../http/index.ts'
import { lookAtTask, type Look, type LookOptions } from './look-at-task.ts'
import type { SeenTask } from './read-task.ts'

const intervalGrowth = 1.5

export interface PollOptions extends LookOptions {
  pollIntervalMs: number
  maxPollIntervalMs: number
}

/**
 * Looks at a task again and again, until its reader stops or the deadline has passed, which ends it after a last
 * look. The wait between looks grows, and is never shorter than the server asks. A server that is away (restarting, or
 * behind a proxy that says so) is asked again for as long as the deadline and the signal allow.
 *
 * @throws the signal's reason, and errors that asking again would not mend, such as NotFoundError
 */
export async function* pollTask(
  transport: Transport,
  seen: SeenTask,
  options: PollOptions,
): AsyncGenerator<Look, void, undefined> {
  const { clock, random } = transport
  const { signal, deadline, maxPollIntervalMs } = options
  let intervalMs = options.pollIntervalMs
  let misses = 0
  let waitMs = (seen.lookAgainAt ?? 0) - clock.now()

  do {
    if (waitMs > 0) await clock.sleep(Math.min(waitMs, deadline - clock.now()), signal)
    const look = await lookAtTask(transport, seen.task.taskId, options)
    yield look

    if ('missed' in look) {
      waitMs = retryDelayMs(look.missed, misses++, random)
    } else {
      misses = 0
      waitMs = Math.max(intervalMs, (look.seen.lookAgainAt ?? 0) - clock.now())
      intervalMs = Math.min(maxPollIntervalMs, intervalMs * intervalGrowth)
    }
  } while (clock.now() < deadline)
}
