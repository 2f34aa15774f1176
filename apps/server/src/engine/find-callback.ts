import { isActive, type TaskCallback, type TaskRecord } from '@ingestion-server/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import { untriedCallback } from '../webhooks/untried-callback.ts'
import { callbackId } from './callback-id.ts'
import { callbackQueue, callbackRetentionSeconds } from './queues.ts'

/** Output of a callback's job: the result of an attempt, or the error of the last one. */
const outcomeSchema = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['delivered', 'declined']), status: z.int() }),
  z.object({ state: z.literal('refused'), reason: z.string() }),
])
/** Only errors of the callback itself: other errors may name a host of this server. */
const errorSchema = z.object({ name: z.literal('CallbackFailedError'), message: z.string() })

/** State of the message of a task's last attempt. */
export async function findCallback(boss: PgBoss, record: TaskRecord, now: number): Promise<TaskCallback> {
  const url = record.callbackUrl
  if (url === null) return untriedCallback(url, 'none')
  if (isActive(record)) return untriedCallback(url, 'pending')
  const [job] = await boss.findJobs<object>(callbackQueue, { id: callbackId(record.id, record.attempt) })
  if (job) return describeJob(url, job)
  const endedAt = Date.parse(record.finishedAt ?? record.createdAt)
  const isOld = now - endedAt > callbackRetentionSeconds * 1_000
  return untriedCallback(url, isOld ? 'forgotten' : 'pending')
}

function describeJob(url: string, job: JobWithMetadata): TaskCallback {
  if (job.state === 'created') return untriedCallback(url, 'pending')
  const outcome = outcomeSchema.safeParse(job.output)
  const failure = errorSchema.safeParse(job.output)
  const error = failure.success ? failure.data.message : job.output ? 'the try was cut short' : null
  const tried = {
    ...untriedCallback(url, 'pending'),
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
