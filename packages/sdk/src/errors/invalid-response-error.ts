import { IngestionError } from './ingestion-error.ts'

/** Something answered that isn't the ingestion server's interface: a page of a proxy, another service. */
export class InvalidResponseError extends IngestionError {
  override readonly name = 'InvalidResponseError'
  readonly code = 'invalid_response'
  /** The HTTP status; 0 for a redirect in a browser. */
  readonly status: number
  /** The start of the answer, for a human. */
  readonly excerpt: string
  /** How long the answer asked to wait before the next try, in milliseconds. */
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
