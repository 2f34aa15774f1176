import { IngestionApiError } from './ingestion-api-error.ts'

/** 403: the token is valid, but lacks the scope. */
export class ForbiddenError extends IngestionApiError {
  override readonly name = 'ForbiddenError'
}
