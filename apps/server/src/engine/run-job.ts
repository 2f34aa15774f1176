import { classifyError, TaskNotFoundError, unavailableService, type TaskRecord } from '@ingestion-server/core'
import type { Job } from 'pg-boss'
import type { Logger } from '../observability/log.ts'
import type { TaskJob } from './job-queue.ts'
import { startTimeSlice, type TimeSliceOptions } from './time-slice.ts'
import type { WorkerOptions } from './worker-context.ts'

export interface JobWork extends Omit<TimeSliceOptions, 'signal'>, Pick<WorkerOptions, 'runSlice'> {
  /** Adds the jobs of the other workers that the task may have. Returns at once. */
  notifyOthers(): void
}

/** The outcome of a job: the end of its task, or further jobs. */
export type JobOutcome =
  { kind: 'ended'; task: TaskRecord } | { kind: 'continues'; jobs: TaskJob[]; delayMs: number }

/** Works on a job's task for a time slice. @throws the slice's error: the job is retried */
export async function runJob(job: TaskJob, work: JobWork, signal: AbortSignal): Promise<JobOutcome> {
  const slice = startTimeSlice({ ...work, signal })
  let notifiedFor: number | null = null
  try {
    const result = await work.runSlice(job.taskId, {
      signal: slice.signal,
      onItem(stage) {
        // Once per phase: within a phase the number of items only decreases.
        if (stage !== notifiedFor) work.notifyOthers()
        notifiedFor = stage
      },
    })
    if (!result.paused) return { kind: 'ended', task: result.task }
    // To the end of the queue, and with it the job that every active task has.
    if (slice.signal.aborted)
      return { kind: 'continues', jobs: job.slot === 0 ? [job] : [{ ...job, slot: 0 }, job], delayMs: 0 }
    // Others hold all items, or a service is unavailable: one polling worker is enough. It notifies the others.
    return { kind: 'continues', jobs: job.slot === 0 ? [job] : [], delayMs: result.waitMs }
  } catch (thrown) {
    if (!(thrown instanceof TaskNotFoundError)) throw thrown
    return { kind: 'continues', jobs: [], delayMs: 0 }
  } finally {
    slice.end()
  }
}

/** Logs why a job failed. An unavailable service is no error of the program. */
export function logFailure(
  log: Logger,
  { data, retryCount }: Pick<Job, 'data' | 'retryCount'>,
  thrown: unknown,
) {
  const { taskId, slot }: Partial<TaskJob> = data
  const error = classifyError(thrown)
  const level = unavailableService(error) === null ? 'error' : 'warn'
  log[level]('time slice failed; retrying', { task_id: taskId, slot, failures: retryCount + 1, error })
}
