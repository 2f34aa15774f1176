import type { Clock, TaskStore } from '@ingestion-server/core'

/** Elects the one process that exports the metrics that are the same in all processes. */
export interface MetricsLeader {
  /** Whether this process is the leader for this scrape. */
  lead(): Promise<boolean>
  /** Gives up leadership, so that another process can take it immediately. */
  resign(): Promise<void>
}

const name = 'metrics'
/**
 * A process that is not scraped for this long loses leadership. Longer than usual scrape intervals, so that the series
 * stay with one process; not much longer, because the series are missing for this long when that process dies.
 */
const leadMs = 60_000

/** @param holder name of this process */
export function createMetricsLeader(
  store: Pick<TaskStore, 'lead' | 'resign'>,
  holder: string,
  clock: Pick<Clock, 'now'>,
): MetricsLeader {
  let ledAt = -Infinity
  return {
    async lead() {
      const leads = await store.lead(name, holder, leadMs)
      if (leads) ledAt = clock.now()
      return leads
    },
    async resign() {
      // No statement is needed when another process is the leader by now.
      if (clock.now() - ledAt < leadMs) await store.resign(name, holder)
    },
  }
}
