import { backoffMs } from '../clock.ts'
import { classifyError, unavailableService } from '../classify-error.ts'
import type { TaskContext } from './action.ts'
import type { Lease, TaskRecord, Wait } from './task-store.ts'

/** Tracks an outage from the first failed call to the next success. */
export interface OutageWatch {
  /**
   * Records a failure in the task and releases the lease, so that any worker may retry.
   *
   * @param claim the claimed work; null for a failure of the task store itself
   * @returns milliseconds to wait before the next attempt; null when it is not an outage or has lasted too long
   */
  report(error: unknown, claim: { task: TaskRecord; lease: Lease } | null): Promise<number | null>
  /** The task store responded, so an outage of its own is over. */
  end(): void
}

const firstWaitMs = 500

/** Backoff by elapsed time: as many doublings as fit into it. */
function retryAfterMs(waitedMs: number): number {
  return backoffMs(Math.floor(Math.log2(1 + waitedMs / firstWaitMs)), firstWaitMs)
}

/**
 * The waiting time is stored in the task, by the database's clock (see TaskStore.setWaiting), because a run may be one
 * of many short ones on any machine. This run's own clock is used only while the task store itself is unavailable.
 */
export function createOutageWatch({ store, settings, clock }: TaskContext): OutageWatch {
  let storeAwaySince: number | null = null

  function waitForStore(): Wait {
    const now = clock.now()
    storeAwaySince ??= now
    const waitedMs = Math.max(0, now - storeAwaySince)
    return { waitedMs, retryAfterMs: retryAfterMs(waitedMs) }
  }

  async function report(
    error: unknown,
    claim: { task: TaskRecord; lease: Lease } | null,
  ): Promise<number | null> {
    const service = unavailableService(error)
    if (service === null) return null
    const outage = { for: service, reason: (error as Error).message, retryAfterMs }
    const said = claim && (await unlessAway(() => store.setWaiting(claim.lease, outage)))
    const wait = said ?? waitForStore()
    if (wait.waitedMs >= settings.outageTimeoutMs && !isCancelling(claim)) return null
    if (claim) await unlessAway(() => store.release(claim.lease))
    return wait.retryAfterMs
  }

  return { report, end: () => void (storeAwaySince = null) }
}

/** Cleanup waits without a limit: a failure would leave orphans. */
function isCancelling(claim: { task: TaskRecord } | null): boolean {
  return claim?.task.phase === 'cancelling'
}

/** The task store is often in the unavailable database, so nothing can be recorded. @returns null then */
async function unlessAway<Result>(record: () => Promise<Result>): Promise<Result | null> {
  try {
    return await record()
  } catch (error) {
    if (unavailableService(classifyError(error)) !== 'postgres') throw error
    return null
  }
}
