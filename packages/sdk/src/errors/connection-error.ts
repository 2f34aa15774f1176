import { IngestionError } from './ingestion-error.ts'

/** No whole answer came: refused, reset, timed out, no such host. `cause` is what `fetch` threw. */
export class ConnectionError extends IngestionError {
  override readonly name = 'ConnectionError'
  readonly code = 'connection_failed'
  /**
   * True when no try ever got a connection, so that the server can't have seen the request. False when that isn't
   * known: one try may have arrived although the last one didn't, and browsers never say.
   */
  readonly neverSent: boolean

  constructor(message: string, options: { neverSent: boolean; cause: unknown }) {
    super(message, { cause: options.cause })
    this.neverSent = options.neverSent
  }
}
