import { IngestionApiError } from './ingestion-api-error.ts'

/** 429: too much at once, and still so after all retries. */
export class RateLimitedError extends IngestionApiError {
  override readonly name = 'RateLimitedError'
}
