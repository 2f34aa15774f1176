import type { Task } from '../contract-types.ts'
import type { ErrorCode } from './error-code.ts'
import { IngestionError } from './ingestion-error.ts'

/** The task failed. `code` is the reason, `task.error.code`. */
export class TaskFailedError extends IngestionError {
  override readonly name = 'TaskFailedError'
  readonly code: ErrorCode
  readonly task: Task

  constructor(task: Task) {
    super(
      `task ${task.taskId} (${task.action} of ${task.model}) failed: ${task.error?.detail ?? 'no reason given'}`,
    )
    this.code = task.error?.code ?? 'task_failed'
    this.task = task
  }
}
