import { IngestionError } from './ingestion-error.ts'

/** There was no complete response: refused, reset, timed out, no such host. `cause` is the error of `fetch`. */
export class ConnectionError extends IngestionError {
  override readonly name = 'ConnectionError'
  readonly code = 'connection_failed'
  /**
   * True when no attempt got a connection, so that the server can't have received the request. False when that is
   * unknown: an earlier attempt may have arrived, and browsers don't report it.
   */
  readonly neverSent: boolean

  constructor(message: string, options: { neverSent: boolean; cause: unknown }) {
    super(message, { cause: options.cause })
    this.neverSent = options.neverSent
  }
}
