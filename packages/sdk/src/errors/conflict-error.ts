import { IngestionApiError, type ApiFailure } from './ingestion-api-error.ts'

/** 409: the request is valid, but conflicts with the state of the index or the task. */
export class ConflictError extends IngestionApiError {
  override readonly name = 'ConflictError'
  /** The conflicting task, if there is one (code `index_busy`). */
  readonly blockingTaskId: string | undefined
  /** The index in question. */
  readonly index: string | undefined

  constructor(failure: ApiFailure) {
    super(failure)
    this.blockingTaskId = failure.problem.task_id
    this.index = failure.problem.index
  }
}
