import { backoffMs, isActive, type TaskRecord } from '@ingestion-server/core'
import type { Job } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import { announceEnd, startWebhooks } from './webhooks.ts'
import { countActive, hasWaiting, notify, replace, taskJobSchema, type TaskJob } from './job-queue.ts'
import { startMaintenance } from './maintenance.ts'
import { taskQueue } from './queues.ts'
import { startReconciling } from './reconcile.ts'
import { startQueueWorkers } from './start-queue-workers.ts'
import { logFailure, runJob, type JobWork } from './run-job.ts'
import type { WorkerContext } from './worker-context.ts'

/** Polling interval for jobs without a notification: delayed jobs, a lost connection. */
const pollSeconds = 1
/** How long a job beyond the limit of the cluster waits at most before it is tried again. */
const maxOverLimitMs = 1_000

/** Fetches jobs and works on them, until `stopping` aborts and pg-boss is stopped. */
export async function startWorkers(context: WorkerContext): Promise<void> {
  const { boss, worker, leaseMs } = context
  const { clusterMaxWorkers } = worker
  startReconciling(context)
  if (worker.deliverWebhook) await startWebhooks(context)
  if (worker.maintenance.length > 0) await startMaintenance(context)
  const options = {
    queue: taskQueue,
    count: worker.maxConcurrent,
    pollingIntervalSeconds: pollSeconds,
    notifyPollingIntervalSeconds: pollSeconds,
    heartbeatRefreshSeconds: leaseMs / 3_000,
    ...(clusterMaxWorkers !== null && { groupConcurrency: clusterMaxWorkers }),
  }
  await startQueueWorkers(boss, options, (job) => takeJob(context, job))
}

/** Works on a job; any process retries a failed one. */
async function takeJob(context: WorkerContext, active: Job): Promise<void> {
  try {
    await workOn(context, active)
  } catch (thrown) {
    logFailure(context.log, active, thrown)
    // Without the error, which pg-boss would store as JSON, which can't hold every text.
    await context.boss.fail(taskQueue, active)
  }
}

async function workOn(context: WorkerContext, active: Job): Promise<void> {
  const { boss, worker, stopping, log } = context
  const job = taskJobSchema.parse(active.data)
  const { clusterMaxWorkers } = worker
  if (stopping.aborted) return replace(boss, active, [job])
  if (clusterMaxWorkers !== null && (await countActive(boss)) > clusterMaxWorkers)
    // The limit held when the job was fetched, but others may have fetched one at the same instant. Every worker counts
    // again after that, so that the last of them counts all; those that count too many retry at different times.
    return replace(boss, active, [job], backoffMs(0, maxOverLimitMs))

  const outcome = await runJob(job, toWork(context, job), AbortSignal.any([stopping, active.signal]))
  if (outcome.kind === 'continues') return replace(boss, active, outcome.jobs, outcome.delayMs)
  // Every active task has this job, so the end is logged once, however many workers took part.
  if (job.slot === 0) logEnd(log, outcome.task)
  // Before the job is deleted: if this process dies in between, another gets the job and repeats this.
  if (worker.deliverWebhook) await announceEnd(boss, outcome.task)
  await replace(boss, active, [])
  // A retry of the task while its last job was still active could not add a job.
  const task = await worker.getTask(job.taskId)
  if (task && isActive(task)) await notify(boss, job.taskId)
}

function logEnd(log: Logger, task: TaskRecord): void {
  const { id, requestId, model, action, index, status, attempt, counts, error } = task
  const write = status === 'failed' ? log.warn : log.info
  write('task ended', {
    task_id: id,
    ...(requestId !== null && { request_id: requestId }),
    ...{ model, action, index, status, attempt, counts },
    ...(error && { error }),
  })
}

function toWork({ boss, worker, maxWorkersPerTask, clock, logError }: WorkerContext, job: TaskJob): JobWork {
  return {
    runSlice: worker.runSlice,
    notifyOthers: () =>
      void notify(boss, job.taskId, maxWorkersPerTask).catch((error: unknown) =>
        logError('notifying other workers of a task failed', error),
      ),
    hasWaiting: () => hasWaiting(boss, job),
    sliceMs: worker.sliceMs,
    clock,
  }
}
