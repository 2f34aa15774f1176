import { sleepUnlessAborted } from '@ingestion-server/core'
import { enqueue, retrySilent } from './job-queue.ts'
import { createQueues, maintenanceQueue } from './queues.ts'
import type { WorkerContext } from './worker-context.ts'

/**
 * Now and periodically, takes jobs from workers without a heartbeat, and adds missing jobs: one for every
 * active task, and one for maintenance. So no task depends on a single job, neither after a crash nor when the queue's
 * tables were emptied.
 */
export function startReconciling(context: WorkerContext): void {
  const { boss, worker, leaseMs, stopping, clock, logError } = context

  async function reconcile(): Promise<void> {
    // pg-boss does it too, but not for leases under 10 s, and with a wait that grows with each worker that dies.
    await retrySilent(boss, leaseMs)
    const active = await worker.listActive()
    await enqueue(
      boss,
      active.map((taskId) => ({ taskId, slot: 0 })),
    )
    // The first call of all processes within a minute adds the job.
    if (worker.maintenance.length > 0) await boss.send(maintenanceQueue, null, { singletonSeconds: 60 })
  }

  void (async () => {
    let failed = false
    do {
      try {
        if (failed) await createQueues(boss, leaseMs)
        await reconcile()
        failed = false
      } catch (error) {
        failed = true
        logError('reconciling jobs with active tasks failed; retrying', error)
      }
    } while (await sleepUnlessAborted(clock, worker.pollIntervalMs, stopping))
  })()
}
