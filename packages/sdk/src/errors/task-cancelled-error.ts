import type { Task } from '../contract-types.ts'
import { IngestionError } from './ingestion-error.ts'

/** The task was cancelled during the wait. */
export class TaskCancelledError extends IngestionError {
  override readonly name = 'TaskCancelledError'
  readonly code = 'task_cancelled'
  readonly task: Task

  constructor(task: Task) {
    super(`task ${task.taskId} (${task.action} of ${task.model}) was cancelled`)
    this.task = task
  }
}
