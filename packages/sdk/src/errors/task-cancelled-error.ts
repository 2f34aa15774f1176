import type { Task } from '../contract-types.ts'
import { IngestionError } from './ingestion-error.ts'

/** Somebody cancelled the task that was waited for. */
export class TaskCancelledError extends IngestionError {
  override readonly name = 'TaskCancelledError'
  readonly code = 'task_cancelled'
  readonly task: Task

  constructor(task: Task) {
    super(`task ${task.taskId} (${task.action} of ${task.model}) was cancelled`)
    this.task = task
  }
}
