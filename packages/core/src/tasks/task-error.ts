import type { TaskError } from '../contract/index.ts'
import { IngestionError } from '../errors.ts'

/** A failure as it is kept with the task. */
export function toTaskError(failure: unknown): TaskError {
  if (failure instanceof IngestionError) {
    return { ...failure.details, code: failure.code, title: failure.name, detail: failure.message }
  }
  // Its message may hold anything: SQL, addresses, the inside of a library.
  const name = failure instanceof Error ? failure.name : typeof failure
  const detail = `the task met an unexpected error (${name}); the log of its worker has it under this task_id`
  return { code: 'internal_error', title: 'InternalError', detail }
}
