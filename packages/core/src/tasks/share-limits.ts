import type { Quota, TaskLimits } from './task-store.ts'

/**
 * An item's part of what its task may use. Approximate: items that are claimed or given back change the parts of the
 * others at their next checkpoint or renewal only, and everybody may have one request under way.
 */
export function shareLimits({ documentsPerSecond, inFlight, activeWorkers }: Quota): TaskLimits {
  return {
    documentsPerSecond: documentsPerSecond === null ? null : documentsPerSecond / activeWorkers,
    inFlight: inFlight === null ? null : Math.max(1, Math.floor(inFlight / activeWorkers)),
  }
}
