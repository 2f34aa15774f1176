import type { Task } from '../contract-types.ts'
import { IngestionError } from './ingestion-error.ts'

/** `wait` timed out. The task itself continues: wait again, or fetch it later by its id. */
export class WaitTimeoutError extends IngestionError {
  override readonly name = 'WaitTimeoutError'
  readonly code = 'wait_timeout'
  /** Its last known state. */
  readonly task: Task

  constructor(task: Task, timeoutMs: number, lastFailure: unknown) {
    super(
      `task ${task.taskId} was still ${task.status} (${task.phase}, ${task.progress}%) after ${timeoutMs} ms of waiting; it continues`,
      lastFailure === undefined ? undefined : { cause: lastFailure },
    )
    this.task = task
  }
}
