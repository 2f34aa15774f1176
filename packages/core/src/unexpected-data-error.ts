import { IngestionError } from './errors.ts'

/** What was stored with a task, or answered by a service, has another shape than this version of the server expects. */
export class UnexpectedDataError extends IngestionError {
  override readonly name = 'UnexpectedDataError'
  readonly code = 'unexpected_data'
  /** @param where JSON pointers of what is not as expected */
  constructor(where: string, cause?: unknown) {
    super(
      `data that is stored with the task, or an answer to it, has an unexpected shape at ${where}; ` +
        'check that all processes run the same version of the server, then start the task anew',
      { cause },
    )
  }
}
