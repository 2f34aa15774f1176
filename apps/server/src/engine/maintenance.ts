import type { PgBoss } from 'pg-boss'
import { maintenanceQueue } from './queues.ts'

/** Collects the orphans of ended tasks. Safe to run twice, and beside running tasks. */
export type MaintenanceStep = (signal: AbortSignal) => Promise<void>

const intervalSeconds = 60

interface MaintenanceOptions {
  steps: readonly MaintenanceStep[]
  stopping: AbortSignal
  logError(message: string, error: unknown): void
}

/** Runs maintenance in one of all processes: the first call within a minute adds the job. */
export async function requestMaintenance(boss: PgBoss): Promise<void> {
  await boss.send(maintenanceQueue, null, { singletonSeconds: intervalSeconds })
}

/** Runs the steps when this process gets the job. */
export async function startMaintenance(
  boss: PgBoss,
  { steps, stopping, logError }: MaintenanceOptions,
): Promise<void> {
  await boss.work(maintenanceQueue, { pollingIntervalSeconds: 5 }, async ([job]) => {
    if (!job) return
    const signal = AbortSignal.any([stopping, job.signal])
    // A service that one step needs may be unavailable; the other steps run anyway.
    const results = await Promise.allSettled(steps.map((step) => step(signal)))
    if (signal.aborted) return
    for (const result of results)
      if (result.status === 'rejected') logError('maintenance failed; retrying in a minute', result.reason)
  })
}
