import { classifyError, type TaskRecord } from '@ingestion-server/core'
import type { PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Logger } from '../observability/log.ts'
import type { CallbackOutcome } from '../webhooks/callbacks.ts'
import { callbackId } from './callback-id.ts'
import { callbackQueue } from './queues.ts'
import { startQueueWorkers } from './start-queue-workers.ts'

/**
 * Sends the message that a task has ended: one attempt, safe to repeat. The job keeps what it resolves to.
 *
 * @throws Error when it should be retried
 */
export type DeliverCallback = (taskId: string, signal: AbortSignal) => Promise<CallbackOutcome | null>

/** Maximum callbacks in progress in one process. */
const concurrentCallbacks = 10

const callbackSchema = z.object({ taskId: z.uuid() })

/** Enqueues a task's callback, if it has one: once for each end of the task, however often this is called. */
export async function announceEnd(boss: PgBoss, { id, attempt, callbackUrl }: TaskRecord): Promise<void> {
  if (callbackUrl === null) return
  const { host } = new URL(callbackUrl)
  await boss.insert(callbackQueue, [
    { id: callbackId(id, attempt), data: { taskId: id }, group: { id: host } },
  ])
}

/** Delivers callbacks in this process; any process retries failed ones with backoff, for some hours. */
export async function startCallbacks(
  boss: PgBoss,
  { deliver, stopping, log }: { deliver: DeliverCallback; stopping: AbortSignal; log: Logger },
): Promise<void> {
  const options = {
    queue: callbackQueue,
    count: concurrentCallbacks,
    // A receiver that does not respond delays only its own callbacks.
    localGroupConcurrency: 1,
    pollingIntervalSeconds: 2,
    // Polling interval for callbacks that are to be retried.
    notifyPollingIntervalSeconds: 10,
  }
  await startQueueWorkers(boss, options, async (job) => {
    const { taskId } = callbackSchema.parse(job.data)
    try {
      return await deliver(taskId, AbortSignal.any([stopping, job.signal]))
    } catch (thrown) {
      const error = classifyError(thrown)
      const fields = { task_id: taskId, tries: job.retryCount + 1, error }
      if (job.retryCount < job.retryLimit) log.warn('callback not delivered; retrying', fields)
      else log.error('callback not delivered; no further attempt', fields)
      throw thrown
    }
  })
}
