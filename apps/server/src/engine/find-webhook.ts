import { isActive, type TaskCallback, type TaskRecord } from '@ingestion-server/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import { untriedWebhook } from '../webhooks/untried-webhook.ts'
import { webhookJobId } from './webhook-job-id.ts'
import { webhookQueue, webhookRetentionSeconds } from './queues.ts'

/** Output of a webhook's job: the result of an attempt, or the error of the last one. */
const outcomeSchema = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['delivered', 'declined']), status: z.int() }),
  z.object({ state: z.literal('refused'), reason: z.string() }),
])
/** Only errors of the webhook itself: other errors may name a host of this server. */
const errorSchema = z.object({ code: z.literal('callback_failed'), message: z.string() })

/** State of the message of a task's last attempt. */
export async function findWebhook(boss: PgBoss, record: TaskRecord, now: number): Promise<TaskCallback> {
  const url = record.callbackUrl
  if (url === null) return untriedWebhook(url, 'none')
  if (isActive(record)) return untriedWebhook(url, 'pending')
  const [job] = await boss.findJobs<object>(webhookQueue, { id: webhookJobId(record.id, record.attempt) })
  if (job) return describeJob(url, job)
  const endedAt = Date.parse(record.finishedAt ?? record.createdAt)
  const isOld = now - endedAt > webhookRetentionSeconds * 1_000
  return untriedWebhook(url, isOld ? 'forgotten' : 'pending')
}

function describeJob(url: string, job: JobWithMetadata): TaskCallback {
  if (job.state === 'created') return untriedWebhook(url, 'pending')
  const outcome = outcomeSchema.safeParse(job.output)
  const failure = errorSchema.safeParse(job.output)
  const error = failure.success ? failure.data.message : job.output ? 'the attempt was interrupted' : null
  const tried = {
    ...untriedWebhook(url, 'pending'),
    // Counted when an attempt begins.
    tries: job.retryCount + 1,
    last_try_at: toIso(job.startedOn),
  }
  switch (job.state) {
    case 'completed':
      if (!outcome.success) return { ...tried, state: 'delivered' }
      return outcome.data.state === 'refused'
        ? { ...tried, state: 'refused', error: outcome.data.reason }
        : { ...tried, state: outcome.data.state, answer_status: outcome.data.status }
    case 'retry':
      return { ...tried, state: 'retrying', error, next_try_at: toIso(job.startAfter) }
    case 'active':
      return { ...tried, state: job.retryCount > 0 ? 'retrying' : 'pending', error }
    case 'failed':
    case 'cancelled':
      return { ...tried, state: 'failed', error }
  }
}

const toIso = (date: Date | null) => date?.toISOString() ?? null
