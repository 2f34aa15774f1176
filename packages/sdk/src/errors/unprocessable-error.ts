import { IngestionApiError } from './ingestion-api-error.ts'

/** 422: the Idempotency-Key was used before, for another request. */
export class UnprocessableError extends IngestionApiError {
  override readonly name = 'UnprocessableError'
}
