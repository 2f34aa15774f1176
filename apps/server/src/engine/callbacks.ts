import { classifyError, type TaskRecord } from '@ingestion-server/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Logger } from '../observability/log.ts'
import type { CallbackOutcome } from '../webhooks/callbacks.ts'
import { callbackId } from './callback-id.ts'
import { callbackQueue } from './queues.ts'

/**
 * Sends the message that a task has ended: one try, safe to repeat. What it resolves to is kept with the message.
 *
 * @throws Error when another try is worth it
 */
export type DeliverCallback = (taskId: string, signal: AbortSignal) => Promise<CallbackOutcome | null>

/** Callbacks that one process has under way at most. */
const concurrentCallbacks = 10

const callbackSchema = z.object({ taskId: z.uuid() })

/** Has a task's callback called, if it has one: once for each time that the task ends, however often this is called. */
export async function announceEnd(boss: PgBoss, { id, attempt, callbackUrl }: TaskRecord): Promise<void> {
  if (callbackUrl === null) return
  const { host } = new URL(callbackUrl)
  await boss.insert(callbackQueue, [
    { id: callbackId(id, attempt), data: { taskId: id }, group: { id: host } },
  ])
}

/** Delivers callbacks in this process; what fails is tried again with backoff, by any process, for some hours. */
export async function startCallbacks(
  boss: PgBoss,
  { deliver, stopping, log }: { deliver: DeliverCallback; stopping: AbortSignal; log: Logger },
): Promise<void> {
  const options = {
    localConcurrency: concurrentCallbacks,
    // A receiver that does not answer holds up its own callbacks only.
    localGroupConcurrency: 1,
    pollingIntervalSeconds: 2,
    // Each of them looks for itself, so that a callback to be tried again is found within about a second.
    notifyPollingIntervalSeconds: concurrentCallbacks,
    includeMetadata: true,
  } as const
  await boss.work(callbackQueue, options, async ([job]: JobWithMetadata[]) => {
    if (!job) return null
    const { taskId } = callbackSchema.parse(job.data)
    try {
      return await deliver(taskId, AbortSignal.any([stopping, job.signal]))
    } catch (thrown) {
      const error = classifyError(thrown)
      const fields = { task_id: taskId, tries: job.retryCount + 1, error }
      if (job.retryCount < job.retryLimit) log.warn('a callback did not arrive; it is tried again', fields)
      else log.error('a callback never arrived; it is given up', fields)
      throw thrown
    }
  })
}
