import type { JobWithMetadata, PgBoss, WorkOptions } from 'pg-boss'

/**
 * Starts a number of workers on a queue. A worker that has done a job fetches the next immediately. With
 * pg-boss's own number of workers for one call only the first worker is notified; the others wait for the polling
 * interval.
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
