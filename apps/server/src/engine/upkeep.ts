import type { Clock } from '@ingestion-server/core'
import type { PgBoss } from 'pg-boss'
import { upkeepQueue } from './queues.ts'

const intervalSeconds = 60

/** Sets right what tasks that have ended left behind. Safe to run twice, and beside running tasks. */
export type Repair = (signal: AbortSignal) => Promise<void>

/** Repairs once a minute, in one of all processes. */
export async function startUpkeep(
  boss: PgBoss,
  { steps, stopping, clock, logError }: UpkeepOptions,
): Promise<void> {
  await boss.work(upkeepQueue, { pollingIntervalSeconds: 5 }, async ([job]) => {
    if (!job) return
    const signal = AbortSignal.any([stopping, job.signal])
    // What one needs may be away; that is no reason to leave the others undone.
    const results = await Promise.allSettled(steps.map((step) => step(signal)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  })

  void (async () => {
    while (!stopping.aborted) {
      try {
        // The first of all processes to send it in a minute is the one that does.
        await boss.send(upkeepQueue, null, { singletonSeconds: intervalSeconds })
      } catch (error) {
        logError('leftovers of tasks could not be looked for; this is tried again', error)
      }
      await clock.sleep(intervalSeconds * 1_000, stopping).catch(() => undefined)
    }
  })()
}

interface UpkeepOptions {
  steps: readonly Repair[]
  stopping: AbortSignal
  clock: Clock
  logError(message: string, error: unknown): void
}
