import type { Problem } from '@ingestion-server/core/contract'
import type { ErrorCode } from './error-code.ts'
import { IngestionError } from './ingestion-error.ts'

/** What an answer said, for the errors below. */
export interface ApiFailure {
  message: string
  status: number
  problem: Problem
  requestId: string | undefined
  retryAfterMs: number | undefined
}

/** The server answered and said no. There is a subclass for each meaning that a caller can act on. */
export class IngestionApiError extends IngestionError {
  override readonly name: string = 'IngestionApiError'
  readonly code: ErrorCode
  /** The HTTP status. */
  readonly status: number
  /** To look the request up in the server's log. */
  readonly requestId: string | undefined
  /** The whole answer as it came: application/problem+json, in snake_case. */
  readonly problem: Problem
  /** How long the server asked to wait before the next try, in milliseconds. */
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
