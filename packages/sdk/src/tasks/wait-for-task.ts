import { checkDuration } from '../check-number.ts'
import type { Task } from '../contract-types.ts'
import { TaskCancelledError, TaskFailedError, WaitTimeoutError } from '../errors/index.ts'
import type { Transport } from '../http/index.ts'
import { pollTask } from './poll-task.ts'
import type { SeenTask } from './read-task.ts'

export interface WaitOptions {
  /** Called with the task whenever something of it has changed. What it throws ends the wait. */
  onProgress?: ((task: Task) => void) | undefined
  signal?: AbortSignal | undefined
  /** After this long WaitTimeoutError is thrown. Without it the wait lasts as long as the task, or the signal. */
  timeoutMs?: number | undefined
  /** Between the first looks at the task; grows by half with each, and is at least the server's Retry-After. Default 500. */
  pollIntervalMs?: number | undefined
  /** What `pollIntervalMs` grows to. Default 5000. */
  maxPollIntervalMs?: number | undefined
}

/**
 * Waits until a task has ended.
 *
 * @param seen the task as it was seen last
 * @param remember is told each time the task was seen
 * @returns the task, when it succeeded
 * @throws TaskFailedError, TaskCancelledError, WaitTimeoutError, the signal's reason, or an error of the request
 *   that asking again would not mend. A server that is away is none: it is asked again until the time is up
 */
export async function waitForTask(
  transport: Transport,
  seen: SeenTask,
  remember: (seen: SeenTask) => void,
  options: WaitOptions = {},
): Promise<Task> {
  const { onProgress, signal, timeoutMs, pollIntervalMs = 500, maxPollIntervalMs = 5_000 } = options
  const looks = pollTask(transport, seen, {
    signal,
    deadline:
      timeoutMs === undefined ? Infinity : transport.clock.now() + checkDuration('timeoutMs', timeoutMs),
    pollIntervalMs: checkDuration('pollIntervalMs', pollIntervalMs),
    maxPollIntervalMs: checkDuration('maxPollIntervalMs', maxPollIntervalMs),
  })

  let { task } = seen
  let told: string | undefined
  let missed: unknown
  for await (const look of looks) {
    missed = 'missed' in look ? look.missed : undefined
    if ('missed' in look) continue
    remember(look.seen)
    task = look.seen.task
    const now = JSON.stringify(task)
    if (now !== told) onProgress?.(task)
    told = now
    if (!task.active) return judge(task)
  }
  throw new WaitTimeoutError(task, timeoutMs ?? Infinity, missed)
}

/** `active` and `error` decide, as the interface promises: a newer server may have states that aren't known here. */
function judge(task: Task): Task {
  if (task.status === 'cancelled') throw new TaskCancelledError(task)
  if (task.error !== null || task.status === 'failed') throw new TaskFailedError(task)
  return task
}
