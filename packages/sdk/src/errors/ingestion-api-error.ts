import type { Problem } from '@ingestion-server/core/contract'
import type { ErrorCode } from './error-code.ts'
import { IngestionError } from './ingestion-error.ts'

/** Data of an error response, for the errors below. */
export interface ApiFailure {
  message: string
  status: number
  problem: Problem
  requestId: string | undefined
  retryAfterMs: number | undefined
}

/** The server responded with an error. There is a subclass for each meaning that a caller can act on. */
export class IngestionApiError extends IngestionError {
  override readonly name: string = 'IngestionApiError'
  readonly code: ErrorCode
  /** The HTTP status. */
  readonly status: number
  /** Identifies the request in the server's log. */
  readonly requestId: string | undefined
  /** The whole response body: application/problem+json, in snake_case. */
  readonly problem: Problem
  /** Retry-After of the response, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(failure: ApiFailure) {
    super(failure.message)
    this.code = failure.problem.code
    this.status = failure.status
    this.requestId = failure.requestId
    this.problem = failure.problem
    this.retryAfterMs = failure.retryAfterMs
  }
}
