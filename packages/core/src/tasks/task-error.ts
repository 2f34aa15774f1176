import { problemTitle, type TaskError } from '../contract/index.ts'
import { IngestionError } from '../errors.ts'

/** A failure as stored with the task. */
export function toTaskError(failure: unknown): TaskError {
  if (failure instanceof IngestionError) {
    return {
      ...failure.details,
      code: failure.code,
      title: problemTitle(failure.code),
      detail: failure.message,
    }
  }
  // Its message may contain anything: SQL, addresses, internals of a library.
  const name = failure instanceof Error ? failure.name : typeof failure
  const detail = `unexpected error (${name}); see the worker's log for this task_id`
  return { code: 'internal_error', title: problemTitle('internal_error'), detail }
}
