import { IngestionApiError } from './ingestion-api-error.ts'

/** 403: the token is good, but not for this. */
export class ForbiddenError extends IngestionApiError {
  override readonly name = 'ForbiddenError'
}
