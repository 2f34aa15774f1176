import type { InputError } from '@ingestion-server/core/contract'
import { IngestionApiError, type ApiFailure } from './ingestion-api-error.ts'

/** 400: the request is invalid. `errors` lists all violations. */
export class BadRequestError extends IngestionApiError {
  override readonly name = 'BadRequestError'
  /** `pointer` is a JSON pointer (RFC 6901) into the body on the wire, such as `/index_suffix`. */
  readonly errors: readonly InputError[]

  constructor(failure: ApiFailure) {
    const errors = failure.problem.errors ?? []
    const list = errors.map(({ pointer, detail }) => `${pointer || 'body'} ${detail}`).join('; ')
    // The detail names only the first.
    super(list === '' ? failure : { ...failure, message: `${failure.problem.title}: ${list}` })
    this.errors = errors
  }
}
