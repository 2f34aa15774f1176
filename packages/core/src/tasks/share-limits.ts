import type { Allowance, TaskLimits } from './task-store.ts'

/**
 * An item's part of what its task may use. Approximate: items that are claimed or given back change the parts of the
 * others at their next checkpoint or renewal only, and everybody may have one request under way.
 */
export function shareLimits({ documentsPerSecond, inFlight, sharers }: Allowance): TaskLimits {
  return {
    documentsPerSecond: documentsPerSecond === null ? null : documentsPerSecond / sharers,
    inFlight: inFlight === null ? null : Math.max(1, Math.floor(inFlight / sharers)),
  }
}
