import { IngestionApiError, type ApiFailure } from './ingestion-api-error.ts'

/** 409: the request is fine, the state of the index or the task is not. */
export class ConflictError extends IngestionApiError {
  override readonly name = 'ConflictError'
  /** The task that stands in the way, where it is one (code `index_busy`). */
  readonly blockingTaskId: string | undefined
  /** The index that it is about. */
  readonly index: string | undefined

  constructor(failure: ApiFailure) {
    super(failure)
    this.blockingTaskId = failure.problem.task_id
    this.index = failure.problem.index
  }
}
