import type { JobWithMetadata, PgBoss, WorkOptions } from 'pg-boss'

/**
 * Starts so many workers on a queue. One that has done a job fetches the next at once. pg-boss's own number of workers
 * for one call would wait for the polling interval, as it can only be notified of its first worker.
 */
export async function startQueueWorkers<Result>(
  boss: PgBoss,
  { queue, count, ...options }: WorkOptions & { queue: string; count: number },
  handle: (job: JobWithMetadata) => Promise<Result>,
): Promise<void> {
  for (let started = 0; started < count; started++) {
    const own: { id?: string } = {}
    own.id = await boss.work(
      queue,
      { ...options, includeMetadata: true },
      async ([job]: JobWithMetadata[]) => {
        try {
          return job && (await handle(job))
        } finally {
          if (own.id !== undefined) boss.notifyWorker(own.id)
        }
      },
    )
  }
}
