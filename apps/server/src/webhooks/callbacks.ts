import { isActive, type Clock, type TaskRecord } from '@ingestion-server/core'
import { Webhook } from 'standardwebhooks'
import type { Logger } from '../observability/log.ts'
import { CallbackForbiddenError } from '../http/request-errors.ts'
import { toTask } from '../http/task-resource.ts'
import { CallbackFailedError } from './callback-failed-error.ts'
import { checkCallbackUrl, type CallbackPolicy } from './callback-policy.ts'
import type { CallbackMessage } from './post-callback.ts'

/** The receiver wants no further calls (Standard Webhooks, "Delivery considerations"). */
const goneStatus = 410

/** The final result of a message: no retry follows. */
export type CallbackOutcome =
  { state: 'delivered' | 'declined'; status: number } | { state: 'refused'; reason: string }

export interface Callbacks {
  /** Refuses a URL when a task is created with it. @throws CallbackForbiddenError */
  check(url: string): void
  /**
   * Sends the message that a task has ended: one attempt, safe to repeat. Nothing is sent for a task without a
   * callback, or one that runs again.
   *
   * @returns null when nothing was sent
   * @throws CallbackFailedError when it should be retried
   */
  deliver(taskId: string, signal?: AbortSignal): Promise<CallbackOutcome | null>
}

export interface CallbackOptions {
  policy: CallbackPolicy
  /** `whsec_…`, with which the messages are signed; null only where no host is allowed. */
  secret: string | null
  getTask(taskId: string): Promise<TaskRecord | null>
  post(
    message: CallbackMessage,
    options: { policy: CallbackPolicy; signal?: AbortSignal | undefined },
  ): Promise<number>
  clock: Clock
  log: Logger
}

/** Callbacks as Standard Webhooks (github.com/standard-webhooks, specification 1.0): the task, signed. */
export function createCallbacks({ policy, secret, getTask, post, clock, log }: CallbackOptions): Callbacks {
  const webhook = secret === null ? null : new Webhook(secret)

  function toMessage(record: TaskRecord, url: string, signer: Webhook): CallbackMessage {
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
    check: (url) => checkCallbackUrl(url, policy),
    async deliver(taskId, signal) {
      const record = await getTask(taskId)
      const url = record?.callbackUrl ?? null
      if (record === null || url === null || webhook === null || isActive(record)) return null
      const fields = { task_id: taskId, host: new URL(url).host }
      try {
        const status = await post(toMessage(record, url, webhook), { policy, signal })
        if (status === goneStatus) {
          log.warn('callback declined by its receiver; no further attempt', fields)
          return { state: 'declined', status }
        }
        if (status < 200 || status > 299) throw new CallbackFailedError(fields.host, `it answered ${status}`)
        log.info('callback delivered', { ...fields, status })
        return { state: 'delivered', status }
      } catch (error) {
        // A retry would be refused too.
        if (!(error instanceof CallbackForbiddenError)) throw error
        log.error('callback not allowed; not sent', { ...fields, error })
        return { state: 'refused', reason: error.message }
      }
    },
  }
}
