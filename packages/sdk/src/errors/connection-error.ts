import { IngestionError } from './ingestion-error.ts'

/** No whole answer came: refused, reset, timed out, no such host. `cause` is what `fetch` threw. */
export class ConnectionError extends IngestionError {
  override readonly name = 'ConnectionError'
  readonly code = 'connection_failed'
  /**
   * True when the connection was never made, so that the server can't have seen the request. False when that
   * isn't known, which in browsers is always.
   */
  readonly neverSent: boolean

  constructor(message: string, options: { neverSent: boolean; cause: unknown }) {
    super(message, { cause: options.cause })
    this.neverSent = options.neverSent
  }
}
