import { IngestionApiError } from './ingestion-api-error.ts'

/** 429: too many requests, also after all retries. */
export class RateLimitedError extends IngestionApiError {
  override readonly name = 'RateLimitedError'
}
