import type { TaskError } from '../contract/index.ts'
import { IngestionError } from '../errors.ts'

/** A failure as it is kept with the task. */
export function toTaskError(failure: unknown): TaskError {
  if (failure instanceof IngestionError) {
    return { ...failure.details, code: failure.code, title: failure.name, detail: failure.message }
  }
  const detail = failure instanceof Error ? failure.message : String(failure)
  return { code: 'internal_error', title: 'InternalError', detail }
}
