import { IngestionError } from '@ingestion-server/core'

/** The server calls only the configured hosts. */
export class WebhookForbiddenError extends IngestionError {
  override readonly name = 'WebhookForbiddenError'
  readonly code = 'callback_forbidden'
  constructor(reason: string) {
    super(`callback_url can't be called: ${reason}`)
  }
}

/** A webhook was not delivered. It is retried. */
export class WebhookFailedError extends IngestionError {
  // Processes of the previous release, which may run beside this one, recognise stored results by this name.
  override readonly name = 'CallbackFailedError'
  readonly code = 'callback_failed'
  constructor(host: string, reason: string, cause?: unknown) {
    super(`the webhook to ${host} was not delivered: ${reason}`, { cause })
  }
}
