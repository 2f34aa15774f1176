import { IngestionApiError } from './ingestion-api-error.ts'

/** 404: there is no such task, index or path. */
export class NotFoundError extends IngestionApiError {
  override readonly name = 'NotFoundError'
}
