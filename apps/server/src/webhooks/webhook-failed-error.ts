import { IngestionError } from '@ingestion-server/core'

/** A webhook was not delivered. It is retried. */
export class WebhookFailedError extends IngestionError {
  override readonly name = 'WebhookFailedError'
  readonly code = 'callback_failed'
  constructor(host: string, reason: string, cause?: unknown) {
    super(`the webhook to ${host} was not delivered: ${reason}`, { cause })
  }
}
