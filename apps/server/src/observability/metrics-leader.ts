import type { Clock, TaskStore } from '@ingestion-server/core'

/** The one of all processes that exports what is the same in all of them. */
export interface MetricsLeader {
  /** Whether this process is the one, for this scrape. */
  lead(): Promise<boolean>
  /** Lets another one be it at once. */
  resign(): Promise<void>
}

const name = 'metrics'
/**
 * A process that is not scraped for so long is the one no more. Longer than usual scrape intervals, so that the series
 * stay with one process; and not much longer, as for so long they are missing when that process dies.
 */
const leadMs = 60_000

/** @param holder of this process */
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
      // What has been given to another one by now needs no statement at every stop.
      if (clock.now() - ledAt < leadMs) await store.resign(name, holder)
    },
  }
}
