import { checkDuration } from '../check-number.ts'
import type { Task } from '../contract-types.ts'
import { TaskCancelledError, TaskFailedError, WaitTimeoutError } from '../errors/index.ts'
import type { Transport } from '../http/index.ts'
import type { SeenTask } from './read-task.ts'
import { watchTask, type WatchOptions } from './watch-task.ts'

export interface WaitOptions extends WatchOptions {
  /** Called with the task whenever something of it has changed. What it throws ends the wait. */
  onProgress?: ((task: Task) => void) | undefined
  /** After this long WaitTimeoutError is thrown. Without it the wait lasts as long as the task, or the signal. */
  timeoutMs?: number | undefined
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
  const { onProgress, timeoutMs } = options
  const deadline =
    timeoutMs === undefined ? Infinity : transport.clock.now() + checkDuration('timeoutMs', timeoutMs)

  let { task } = seen
  let told: string | undefined
  let missed: unknown
  for await (const sighting of watchTask(transport, seen, options, { deadline })) {
    missed = 'missed' in sighting ? sighting.missed : undefined
    const now = seenIn(sighting)
    if (now === undefined) continue
    remember(now)
    task = now.task
    const text = JSON.stringify(task)
    if (text !== told) onProgress?.(task)
    told = text
    if (!task.active) return judge(task)
  }
  throw new WaitTimeoutError(task, timeoutMs ?? Infinity, missed)
}

type Sighting = ReturnType<typeof watchTask> extends AsyncGenerator<infer Value> ? Value : never

function seenIn(sighting: Sighting): SeenTask | undefined {
  if ('seen' in sighting) return sighting.seen
  if (!('update' in sighting) || sighting.update.type !== 'progress') return undefined
  return { task: sighting.update.task, lookAgainAt: undefined }
}

/** `active` and `error` decide, as the interface promises: a newer server may have states that aren't known here. */
function judge(task: Task): Task {
  if (task.status === 'cancelled') throw new TaskCancelledError(task)
  if (task.error !== null || task.status === 'failed') throw new TaskFailedError(task)
  return task
}
