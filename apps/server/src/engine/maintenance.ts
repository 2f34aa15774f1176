import { maintenanceQueue } from './queues.ts'
import type { WorkerContext } from './worker-context.ts'

/** Runs maintenance when this process gets the job. */
export async function startMaintenance({ boss, worker, stopping, logError }: WorkerContext): Promise<void> {
  await boss.work(maintenanceQueue, { pollingIntervalSeconds: 5 }, async ([job]) => {
    if (!job) return
    const signal = AbortSignal.any([stopping, job.signal])
    // A service that one step needs may be unavailable; the other steps run anyway.
    const results = await Promise.allSettled(worker.maintenance.map((run) => run(signal)))
    if (signal.aborted) return
    for (const result of results)
      if (result.status === 'rejected') logError('maintenance failed; retrying in a minute', result.reason)
  })
}
