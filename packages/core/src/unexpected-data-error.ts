import { IngestionError } from './errors.ts'

/** Data stored with a task, or a service's response, has a different shape than this version of the server expects. */
export class UnexpectedDataError extends IngestionError {
  override readonly name = 'UnexpectedDataError'
  readonly code = 'unexpected_data'
  /** @param where JSON pointers of the unexpected values */
  constructor(where: string, cause?: unknown) {
    super(
      `data stored with the task, or a response to it, has an unexpected shape at ${where}; ` +
        'check that all processes run the same version of the server, then start the task again',
      { cause },
    )
  }
}
