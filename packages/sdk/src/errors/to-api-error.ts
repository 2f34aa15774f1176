import { BadRequestError } from './bad-request-error.ts'
import { ConflictError } from './conflict-error.ts'
import { ForbiddenError } from './forbidden-error.ts'
import { IngestionApiError, type ApiFailure } from './ingestion-api-error.ts'
import { NotFoundError } from './not-found-error.ts'
import { RateLimitedError } from './rate-limited-error.ts'
import { ServerError } from './server-error.ts'
import { UnauthorizedError } from './unauthorized-error.ts'
import { UnavailableError } from './unavailable-error.ts'
import { UnprocessableError } from './unprocessable-error.ts'

const classByStatus: Readonly<Record<number, typeof IngestionApiError>> = {
  400: BadRequestError,
  401: UnauthorizedError,
  403: ForbiddenError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableError,
  429: RateLimitedError,
  502: UnavailableError,
  503: UnavailableError,
  504: UnavailableError,
}

export function toApiError(failure: ApiFailure): IngestionApiError {
  const fallback = failure.status >= 500 ? ServerError : IngestionApiError
  return new (classByStatus[failure.status] ?? fallback)(failure)
}
