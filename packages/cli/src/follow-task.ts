import { TaskCancelledError, TaskFailedError, type Task, type TaskHandle } from '@ingestion-server/sdk'
import { Interruption } from './cli-io.ts'
import { describeTask } from './describe-task.ts'
import { createProgress } from './progress.ts'
import type { Session } from './session.ts'

export interface FollowOptions {
  wait?: true | undefined
  /** In seconds; implies `wait`. */
  timeout?: number | undefined
}

/**
 * Prints a task that was just started; with `wait`, when it has ended, with its progress until then.
 *
 * @throws TaskFailedError, TaskCancelledError, WaitTimeoutError, the Interruption; each after printing the task
 */
export async function followTask(
  session: Session,
  handle: TaskHandle,
  options: FollowOptions,
): Promise<void> {
  const { io, output } = session
  if (!options.wait && options.timeout === undefined) {
    printTask(session, handle.task)
    if (!output.json && handle.task.active) output.note(`watch it: ${io.program} task ${handle.id} --wait`)
    return
  }
  try {
    printTask(session, await waitForTask(session, handle, options))
  } catch (error) {
    if (error instanceof TaskFailedError || error instanceof TaskCancelledError)
      printTask(session, error.task)
    throw error
  }
}

async function waitForTask(
  { io, output }: Session,
  handle: TaskHandle,
  options: FollowOptions,
): Promise<Task> {
  const progress = createProgress(io, output.json)
  try {
    return await handle.wait({
      onProgress: progress.show,
      signal: io.signal,
      timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1_000,
    })
  } catch (error) {
    if (error instanceof Interruption) {
      progress.end()
      output.note(`task ${handle.id} continues`)
      output.note(`stop it:        ${io.program} cancel ${handle.id}`)
      output.note(`watch it again: ${io.program} task ${handle.id} --wait`)
    }
    throw error
  } finally {
    progress.end()
  }
}

export function printTask({ output }: Session, task: Task): void {
  if (output.json) output.document(task)
  else output.table(describeTask(task))
}
