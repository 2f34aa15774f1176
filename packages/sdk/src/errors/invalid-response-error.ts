import { IngestionError } from './ingestion-error.ts'

/** The response is not from the ingestion server's API: a page of a proxy, another service. */
export class InvalidResponseError extends IngestionError {
  override readonly name = 'InvalidResponseError'
  readonly code = 'invalid_response'
  /** The HTTP status; 0 for a redirect in a browser. */
  readonly status: number
  /** The start of the response body, for people. */
  readonly excerpt: string
  /** Retry-After of the response, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    answer: { status: number; excerpt: string; retryAfterMs?: number | undefined },
  ) {
    super(message)
    this.status = answer.status
    this.excerpt = answer.excerpt
    this.retryAfterMs = answer.retryAfterMs
  }
}
