import { ServerError } from './server-error.ts'

/** 502, 503, 504: the server or what it needs is away, and still so after all retries. */
export class UnavailableError extends ServerError {
  override readonly name = 'UnavailableError'
}
