import { ServerError } from './server-error.ts'

/** 502, 503, 504: the server or a service that it needs is unavailable, also after all retries. */
export class UnavailableError extends ServerError {
  override readonly name = 'UnavailableError'
}
