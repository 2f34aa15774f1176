import { isActive, type Clock, type TaskRecord } from '@ingestion-server/core'
import { Webhook } from 'standardwebhooks'
import type { Logger } from '../observability/log.ts'
import { toTask } from '../resources/task-resource.ts'
import { WebhookFailedError, WebhookForbiddenError } from './webhook-errors.ts'
import { checkWebhookUrl, type WebhookPolicy } from './webhook-policy.ts'
import type { WebhookMessage } from './post-webhook.ts'

/** The receiver wants no further calls (Standard Webhooks, "Delivery considerations"). */
const goneStatus = 410

/** The final result of a message: no retry follows. */
export type WebhookOutcome =
  { state: 'delivered' | 'declined'; status: number } | { state: 'refused'; reason: string }

export interface Webhooks {
  /** Refuses a URL when a task is created with it. @throws WebhookForbiddenError */
  check(url: string): void
  /**
   * Sends the message that a task has ended: one attempt, safe to repeat. Nothing is sent for a task without a
   * webhook, or one that runs again.
   *
   * @returns null when nothing was sent
   * @throws WebhookFailedError when it should be retried
   */
  deliver(taskId: string, signal?: AbortSignal): Promise<WebhookOutcome | null>
}

export interface WebhookOptions {
  policy: WebhookPolicy
  /** `whsec_…`, with which the messages are signed; null only where no host is allowed. */
  secret: string | null
  getTask(taskId: string): Promise<TaskRecord | null>
  post(
    message: WebhookMessage,
    options: { policy: WebhookPolicy; signal?: AbortSignal | undefined },
  ): Promise<number>
  clock: Clock
  log: Logger
}

/** Webhooks as in Standard Webhooks (github.com/standard-webhooks, specification 1.0): the task, signed. */
export function createWebhooks({ policy, secret, getTask, post, clock, log }: WebhookOptions): Webhooks {
  const signer = secret === null ? null : new Webhook(secret)

  function toMessage(record: TaskRecord, url: string, signer: Webhook): WebhookMessage {
    const at = new Date(clock.now())
    const body = JSON.stringify(toTask(record, at))
    // The same for every attempt, so that the receiver can recognize a repeated message.
    const id = `msg_${record.id}_${record.attempt}`
    return {
      url,
      body,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'ingestion-server',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign(id, at, body),
      },
    }
  }

  return {
    check: (url) => checkWebhookUrl(url, policy),
    async deliver(taskId, signal) {
      const record = await getTask(taskId)
      const url = record?.callbackUrl ?? null
      if (record === null || url === null || signer === null || isActive(record)) return null
      const fields = { task_id: taskId, host: new URL(url).host }
      try {
        const status = await post(toMessage(record, url, signer), { policy, signal })
        if (status === goneStatus) {
          log.warn('webhook declined by its receiver; no further attempt', fields)
          return { state: 'declined', status }
        }
        if (status < 200 || status > 299)
          throw new WebhookFailedError(fields.host, `it responded with ${status}`)
        log.info('webhook delivered', { ...fields, status })
        return { state: 'delivered', status }
      } catch (error) {
        // A retry would be refused too.
        if (!(error instanceof WebhookForbiddenError)) throw error
        log.error('webhook not allowed; not sent', { ...fields, error })
        return { state: 'refused', reason: error.message }
      }
    },
  }
}
