import { IngestionError, type InputError, type Scope } from '@ingestion-server/core'

/** Body or query are readable but violate the schema. */
export class InvalidRequestError extends IngestionError {
  override readonly name = 'InvalidRequestError'
  readonly code = 'invalid_request'
  constructor(errors: readonly InputError[]) {
    const first = errors[0]
    const rest = errors.length > 1 ? `, and ${errors.length - 1} more; see errors` : ''
    super(
      first === undefined
        ? 'the request is invalid'
        : `${first.pointer === '' ? 'the body' : first.pointer} ${first.detail}${rest}`,
      { details: { errors } },
    )
  }
}

export class MalformedJsonError extends IngestionError {
  override readonly name = 'MalformedJsonError'
  readonly code = 'malformed_json'
}

export class UnsupportedMediaTypeError extends IngestionError {
  override readonly name = 'UnsupportedMediaTypeError'
  readonly code = 'unsupported_media_type'
}

export class BodyTooLargeError extends IngestionError {
  override readonly name = 'BodyTooLargeError'
  readonly code = 'body_too_large'
  constructor(maxBodyBytes: number) {
    super(`the body has more than ${maxBodyBytes} bytes`, { details: { max_body_bytes: maxBodyBytes } })
  }
}

/** The client closed the connection before its request was read. */
export class RequestAbortedError extends IngestionError {
  override readonly name = 'RequestAbortedError'
  readonly code = 'request_aborted'
}

export class RouteNotFoundError extends IngestionError {
  override readonly name = 'RouteNotFoundError'
  readonly code = 'not_found'
  constructor(path: string) {
    super(`no route ${path}; GET / lists the routes`)
  }
}

export class MethodNotAllowedError extends IngestionError {
  override readonly name = 'MethodNotAllowedError'
  readonly code = 'method_not_allowed'
  readonly allowed: readonly string[]
  constructor(method: string, path: string, allowed: readonly string[]) {
    super(`${path} does not allow ${method}; allowed: ${allowed.join(', ')}`)
    this.allowed = allowed
  }
}

/** The `Host` is not this machine's: a page whose name resolves to it (DNS rebinding). */
export class ForeignHostError extends IngestionError {
  override readonly name = 'ForeignHostError'
  readonly code = 'foreign_host'
  constructor() {
    super('without a token the server accepts only localhost, 127.0.0.1 and [::1] as Host')
  }
}

/** A web page of another site sent the request. */
export class ForeignOriginError extends IngestionError {
  override readonly name = 'ForeignOriginError'
  readonly code = 'foreign_origin'
  constructor() {
    super(
      'without a token the server accepts no requests from web pages of other sites; list the origin in CORS_ORIGINS',
    )
  }
}

export class UnauthorizedError extends IngestionError {
  override readonly name = 'UnauthorizedError'
  readonly code = 'unauthorized'
  constructor() {
    super('the token is missing or wrong; send it as "Authorization: Bearer <token>"')
  }
}

/** The token is valid, but lacks the scope. */
export class ScopeMissingError extends IngestionError {
  override readonly name = 'ScopeMissingError'
  readonly code = 'scope_missing'
  constructor(scope: Scope) {
    super(`this needs a token with scope ${scope}; ask an administrator for one`, {
      details: { scope },
    })
  }
}

/** Metrics are not available on this platform. */
export class MetricsUnavailableError extends IngestionError {
  override readonly name = 'MetricsUnavailableError'
  readonly code = 'metrics_unavailable'
  constructor() {
    super('metrics are not available on this platform')
  }
}

/** A service that the server needs does not respond. */
export class NotReadyError extends IngestionError {
  override readonly name = 'NotReadyError'
  readonly code = 'not_ready'
  constructor(dependencies: Record<string, string>) {
    const down = Object.keys(dependencies).filter((name) => dependencies[name] !== 'up')
    super(`not ready; unavailable: ${down.join(', ')}`, { details: { dependencies } })
  }
}
