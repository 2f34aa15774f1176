import { checkDuration } from '../check-number.ts'
import type { Task } from '../contract-types.ts'
import { TaskCancelledError, TaskFailedError, WaitTimeoutError } from '../errors/index.ts'
import type { Transport } from '../http/index.ts'
import type { TaskSnapshot } from './read-task.ts'
import { watchTask, type WatchOptions } from './watch-task.ts'

export interface WaitOptions extends WatchOptions {
  /** Called with the task whenever it has changed. An error that it throws ends the wait. */
  onProgress?: ((task: Task) => void) | undefined
  /** WaitTimeoutError is thrown after this time. Without it the wait lasts until the task ends or the signal aborts. */
  timeoutMs?: number | undefined
}

/**
 * Waits until a task has ended.
 *
 * @param snapshot the last known state of the task
 * @param remember called with each snapshot
 * @returns the task, when it succeeded
 * @throws TaskFailedError, TaskCancelledError, WaitTimeoutError, the signal's reason, or an error of the request
 *   that a retry would not fix. An unavailable server is polled again until the time is up
 */
export async function waitForTask(
  transport: Transport,
  snapshot: TaskSnapshot,
  remember: (snapshot: TaskSnapshot) => void,
  options: WaitOptions = {},
): Promise<Task> {
  const { onProgress, timeoutMs } = options
  const deadline =
    timeoutMs === undefined ? Infinity : transport.clock.now() + checkDuration('timeoutMs', timeoutMs)

  let { task } = snapshot
  let lastText: string | undefined
  let lastError: unknown
  for await (const result of watchTask(transport, snapshot, options, { deadline })) {
    lastError = 'error' in result ? result.error : undefined
    const now = snapshotOf(result)
    if (now === undefined) continue
    remember(now)
    task = now.task
    const text = JSON.stringify(task)
    if (text !== lastText) onProgress?.(task)
    lastText = text
    if (!task.active) return resultOf(task)
  }
  throw new WaitTimeoutError(task, timeoutMs ?? Infinity, lastError)
}

type WatchResult = ReturnType<typeof watchTask> extends AsyncGenerator<infer Value> ? Value : never

function snapshotOf(result: WatchResult): TaskSnapshot | undefined {
  if ('snapshot' in result) return result.snapshot
  if (!('update' in result) || result.update.type !== 'progress') return undefined
  return { task: result.update.task, pollAgainAt: undefined }
}

/** `active` and `error` decide, as the API guarantees: a newer server may have states that are unknown here. */
function resultOf(task: Task): Task {
  if (task.status === 'cancelled') throw new TaskCancelledError(task)
  if (task.error !== null || task.status === 'failed') throw new TaskFailedError(task)
  return task
}
