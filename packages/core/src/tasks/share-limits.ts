import type { Quota, TaskLimits } from './task-store.ts'

/**
 * An item's share of the task's limits. Approximate: a claim or release changes the shares of the other items only at
 * their next checkpoint or renewal, and every worker may have one request in flight.
 */
export function shareLimits({ documentsPerSecond, inFlight, activeWorkers }: Quota): TaskLimits {
  return {
    documentsPerSecond: documentsPerSecond === null ? null : documentsPerSecond / activeWorkers,
    inFlight: inFlight === null ? null : Math.max(1, Math.floor(inFlight / activeWorkers)),
  }
}
