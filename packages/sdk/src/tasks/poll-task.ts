import { mayRetry, retryDelayMs, type Transport } from '../http/index.ts'
import { readSeenTask, type SeenTask } from './read-task.ts'
import { taskPath } from './task-path.ts'

/** A last look at the deadline gets this long for its answer, even when no time is left. */
const lastLookMs = 1_000
const intervalGrowth = 1.5

export interface PollOptions {
  signal: AbortSignal | undefined
  /** Milliseconds since the epoch, or Infinity. */
  deadline: number
  pollIntervalMs: number
  maxPollIntervalMs: number
}

/** One look at a task: what was seen, or why nothing was, for now. */
export type Look = { seen: SeenTask } | { missed: unknown }

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

async function lookAtTask(
  { send, clock, requestTimeoutMs }: Transport,
  taskId: string,
  { signal, deadline }: PollOptions,
): Promise<Look> {
  const leftMs = Math.max(lastLookMs, deadline - clock.now())
  try {
    const answer = await send({
      method: 'GET',
      path: taskPath(taskId),
      signal,
      retries: 0, // the next look is the retry
      requestTimeoutMs: Math.min(requestTimeoutMs, leftMs),
    })
    return { seen: readSeenTask(answer, clock.now()) }
  } catch (error) {
    if (mayRetry('GET', error)) return { missed: error }
    throw error
  }
}
