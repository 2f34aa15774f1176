import { classifyError, type TaskRecord } from '@ingestion-server/core'
import type { PgBoss } from 'pg-boss'
import { z } from 'zod'
import { webhookJobId } from './webhook-job-id.ts'
import { webhookQueue } from './queues.ts'
import { startQueueWorkers } from './start-queue-workers.ts'
import type { WorkerContext } from './worker-context.ts'

/** Maximum webhooks in progress in one process. */
const concurrentWebhooks = 10

const webhookJobSchema = z.object({ taskId: z.uuid() })

/** Enqueues a task's webhook, if it has one: once for each end of the task, however often this is called. */
export async function announceEnd(boss: PgBoss, { id, attempt, callbackUrl }: TaskRecord): Promise<void> {
  if (callbackUrl === null) return
  const { host } = new URL(callbackUrl)
  await boss.insert(webhookQueue, [
    { id: webhookJobId(id, attempt), data: { taskId: id }, group: { id: host } },
  ])
}

/** Delivers webhooks in this process; any process retries failed ones with backoff, for some hours. */
export async function startWebhooks({ boss, worker, stopping, log }: WorkerContext): Promise<void> {
  const options = {
    queue: webhookQueue,
    count: concurrentWebhooks,
    // A receiver that does not respond delays only its own webhooks.
    localGroupConcurrency: 1,
    pollingIntervalSeconds: 2,
    // Polling interval for webhooks that are to be retried.
    notifyPollingIntervalSeconds: 10,
  }
  await startQueueWorkers(boss, options, async (job) => {
    const { taskId } = webhookJobSchema.parse(job.data)
    try {
      return await worker.deliverWebhook?.(taskId, AbortSignal.any([stopping, job.signal]))
    } catch (thrown) {
      const error = classifyError(thrown)
      const fields = { task_id: taskId, tries: job.retryCount + 1, error }
      if (job.retryCount < job.retryLimit) log.warn('webhook delivery failed; retrying', fields)
      else log.error('webhook delivery failed; no further attempt', fields)
      throw thrown
    }
  })
}
