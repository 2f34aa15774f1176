import { IngestionApiError } from './ingestion-api-error.ts'

/** 401: no token, or one that is unknown, revoked or expired. */
export class UnauthorizedError extends IngestionApiError {
  override readonly name = 'UnauthorizedError'
}
