import { IngestionError } from '@ingestion-server/core'

/** A webhook was not delivered. It is retried. */
export class CallbackFailedError extends IngestionError {
  override readonly name = 'CallbackFailedError'
  readonly code = 'callback_failed'
  constructor(host: string, reason: string, cause?: unknown) {
    super(`the callback to ${host} did not arrive: ${reason}`, { cause })
  }
}
