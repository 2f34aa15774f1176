import { createHash } from 'node:crypto'
import { classifyError, type TaskRecord } from '@ingestion-server/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { z } from 'zod'
import type { Logger } from '../log.ts'
import { callbackQueue } from './queues.ts'

/** Calls whoever wanted to know that a task has ended: one try, safe to repeat; throws when another is worth it. */
export type DeliverCallback = (taskId: string, signal: AbortSignal) => Promise<void>

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

/** A job whose id is there already is not made again. A UUID of version 8 (RFC 9562, 5.8), from a hash. */
function callbackId(taskId: string, attempt: number): string {
  const bytes = createHash('sha256').update(`${taskId}/${attempt}`).digest().subarray(0, 16)
  bytes[6] = 0x80 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
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
    if (!job) return
    const { taskId } = callbackSchema.parse(job.data)
    try {
      await deliver(taskId, AbortSignal.any([stopping, job.signal]))
    } catch (thrown) {
      const error = classifyError(thrown)
      const fields = { task_id: taskId, tries: job.retryCount + 1, error }
      if (job.retryCount < job.retryLimit) log.warn('a callback did not arrive; it is tried again', fields)
      else log.error('a callback never arrived; it is given up', fields)
      throw thrown
    }
  })
}
